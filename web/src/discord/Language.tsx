import { Picker } from "../parts/Picker";
import type { World } from "../protocol";
import { act, useStore } from "../store";

/** What language the person's client speaks, and a choice of others. */
export function Language({ world }: { world: World }) {
  const { person } = useStore();
  if (!world.languages) return null;
  const picks = world.languages.map(({ code, name }) => ({ label: name, detail: code, value: code }));
  return (
    <Picker
      className="language"
      label={`Your language on ${world.label}`}
      chosen={picks.find(({ value }) => value === world.locales?.[person]) ?? null}
      picks={picks}
      onPick={({ value }) => void act({ do: "language", platform: world.name, locale: value })}
    />
  );
}
