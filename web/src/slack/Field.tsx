import { useCallback, useId, useMemo, type KeyboardEvent } from "react";
import { Picker } from "../parts/Picker";
import type { Json, World } from "../protocol";
import { useStore } from "../store";
import { chosenOf, optionsOf, picked, picksOf, type LoadOptions } from "./fields";

interface Props {
  block: Json;
  held: Json;
  error: string;
  world: World;
  loadOptions: LoadOptions;
  /** Called with what the field holds from now on. */
  onChange: (held: Json) => void;
  /** Called where the bot is to hear of it at once: Enter in a text field, a pick in a menu. */
  onUse: (held: Json) => void;
}

/** An input block: its label, the field, and what is wrong with it. */
export function Field({ block, held, error, world, loadOptions, onChange, onUse }: Props) {
  const { element } = block;
  const id = useId();
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const change = (more: Json) => {
    onChange({ ...held, ...more });
    if (block.dispatch_action) onUse(more);
  };
  return (
    <div className={`field ${error ? "has-error" : ""}`}>
      <label htmlFor={id}>
        {block.label.text}
        {block.optional && <span className="optional"> (optional)</span>}
      </label>
      {/_select$|^radio_buttons$/.test(element.type) ? (
        <Select element={element} label={block.label.text} held={held} world={world} loadOptions={loadOptions} onPick={change} />
      ) : element.type === "checkboxes" ? (
        <Boxes element={element} held={held} onChange={change} />
      ) : (
        <TextField
          element={element}
          held={held}
          onChange={onChange}
          onEnter={block.dispatch_action ? onUse : undefined}
          attributes={{ id, "aria-invalid": Boolean(error), "aria-describedby": describedBy || undefined }}
        />
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {block.hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {block.hint.text}
        </p>
      )}
    </div>
  );
}

interface SelectProps {
  element: Json;
  label: string;
  held: Json;
  world: World;
  loadOptions: LoadOptions;
  onPick: (picked: Json) => void;
}

/** A menu: of its own options, of the workspace's channels or people, or of what the bot offers. */
export function Select({ element, label, held, world, loadOptions, onPick }: SelectProps) {
  const { hello } = useStore();
  const picks = useMemo(() => {
    const people = (hello?.people ?? []).map(({ key, name }) => ({ label: name, value: world.people[key]! }));
    return picksOf(element, world, people);
  }, [element, world, hello]);
  const load = useCallback((typed: string) => loadOptions(element, typed), [element, loadOptions]);
  return (
    <Picker
      className="slack-picker"
      label={element.placeholder?.text ?? label}
      picks={element.type === "external_select" ? load : picks}
      chosen={chosenOf(held, picks)}
      onPick={(pick) => onPick(picked(element, pick))}
    />
  );
}

function Boxes({ element, held, onChange }: { element: Json; held: Json; onChange: (held: Json) => void }) {
  const chosen: Json[] = held.selected_options ?? [];
  return optionsOf(element).map((option) => {
    const others = chosen.filter(({ value }) => value !== option.value);
    return (
      <label className="box" key={option.value}>
        <input
          type="checkbox"
          checked={others.length < chosen.length}
          onChange={(event) => onChange({ selected_options: event.target.checked ? [...others, option] : others })}
        />
        {option.text.text}
      </label>
    );
  });
}

/** By type of element: the browser's own kind of field, and what Slack calls what it holds. */
const TEXT_FIELDS: Record<string, [kind: string, key: string]> = {
  timepicker: ["time", "selected_time"],
  datepicker: ["date", "selected_date"],
  number_input: ["number", "value"],
  url_text_input: ["url", "value"],
  email_text_input: ["email", "value"],
};

interface TextProps {
  element: Json;
  held: Json;
  onChange: (held: Json) => void;
  onEnter?: (held: Json) => void;
  attributes: Json;
}

function TextField({ element, held, onChange, onEnter, attributes }: TextProps) {
  const [kind, key] = TEXT_FIELDS[element.type] ?? ["text", "value"];
  const common = {
    ...attributes,
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    value: held[key] ?? "",
    onChange: (event: { target: { value: string } }) => onChange({ ...held, [key]: event.target.value || null }),
  };
  if (element.multiline) return <textarea {...common} rows={4} />;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || !onEnter) return;
    event.preventDefault();
    onEnter({ [key]: held[key] ?? null });
  };
  return <input {...common} type={kind} onKeyDown={onKeyDown} />;
}
