import { useCallback } from "react";
import type { Json, World } from "../protocol";
import { act, useStore } from "../store";
import { Blocks, type LoadOptions } from "./Blocks";

const NO_OPTIONS: LoadOptions = async () => [];

/** Somebody's App Home: what the bot has published for them. */
export function SlackHome({ world }: { world: World }) {
  const { homes, person } = useStore();
  const home = homes.find((each) => each.person === person);
  const onUse = useCallback(
    (element: Json, picked?: Json) =>
      void act({ do: "press", platform: "slack", view: home?.id, action: { ...element, ...picked } }),
    [home?.id],
  );
  return (
    <div className="messages home" role="region" aria-label="App Home" tabIndex={0}>
      {home ? (
        <Blocks blocks={home.payload.blocks} world={world} onUse={onUse} loadOptions={NO_OPTIONS} />
      ) : (
        <p className="empty">Nothing here yet.</p>
      )}
    </div>
  );
}
