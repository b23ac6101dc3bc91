import { useCallback, useState } from "react";
import { Dialog } from "../parts/Dialog";
import { Picker } from "../parts/Picker";
import type { Json, View, World } from "../protocol";
import { act, ask } from "../store";
import { Blocks, toPick, type LoadOptions } from "./Blocks";

type Values = Record<string, Json>;

interface Answer {
  /** What is wrong, by block id; missing when the modal has been taken. */
  errors?: Record<string, string>;
}

/** A modal: input blocks become fields, and an answer with errors shows them at their fields. */
export function SlackModal({ view, world }: { view: View; world: World }) {
  const { payload } = view;
  const blocks: Json[] = payload.blocks;
  const [values, setValues] = useState<Values>(() => initialValues(blocks));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const identity = { platform: "slack" as const, view: view.id };

  const submit = async () => {
    const missing = findMissing(blocks, values);
    setErrors(missing);
    if (Object.keys(missing).length) return;
    const answer = await act<Answer>({ do: "submit", ...identity, values: toState(blocks, values) });
    setErrors(answer?.errors ?? {});
  };
  const loadOptions = useCallback<LoadOptions>(
    async (element, typed) =>
      (
        (await ask<Json[]>({
          do: "options",
          platform: "slack",
          view: view.id,
          action_id: element.action_id,
          typed,
        })) ?? []
      ).map(toPick),
    [view.id],
  );
  return (
    <Dialog
      className="slack-modal"
      title={payload.title.text}
      submit={payload.submit?.text ?? (blocks.some(isInput) ? "Submit" : null)}
      close={payload.close?.text ?? "Cancel"}
      onSubmit={() => void submit()}
      onClose={() => void act({ do: "close", ...identity })}
    >
      {blocks.map((block, index) =>
        isInput(block) ? (
          <Field
            key={block.block_id ?? index}
            block={block}
            value={values[keyOf(block)] ?? {}}
            error={errors[block.block_id] ?? ""}
            loadOptions={loadOptions}
            onChange={(value) => setValues((before) => ({ ...before, [keyOf(block)]: value }))}
          />
        ) : (
          <Blocks
            key={block.block_id ?? index}
            blocks={[block]}
            world={world}
            loadOptions={loadOptions}
            onUse={(element, picked) =>
              void act({ do: "press", ...identity, action: { ...element, ...picked } })
            }
          />
        ),
      )}
    </Dialog>
  );
}

interface FieldProps {
  block: Json;
  value: Json;
  error: string;
  loadOptions: LoadOptions;
  onChange: (value: Json) => void;
}

function Field({ block, value, error, loadOptions, onChange }: FieldProps) {
  const { element } = block;
  const id = `field-${block.block_id}`;
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const common = {
    id,
    "aria-invalid": Boolean(error),
    "aria-describedby": describedBy || undefined,
    placeholder: element.placeholder?.text,
    value: value.value ?? "",
    onChange: (event: { target: { value: string } }) => onChange({ value: event.target.value }),
  };
  const load = useCallback((typed: string) => loadOptions(element, typed), [element, loadOptions]);
  return (
    <div className={`field ${error ? "has-error" : ""}`}>
      <label htmlFor={id}>
        {block.label.text}
        {block.optional && <span className="optional"> (optional)</span>}
      </label>
      {isSelect(element) ? (
        <Picker
          className="slack-picker"
          label={element.placeholder?.text ?? block.label.text}
          chosen={value.selected_option ? toPick(value.selected_option) : null}
          picks={element.type === "external_select" ? load : optionsOf(element).map(toPick)}
          onPick={(pick) =>
            onChange({
              selected_option: {
                text: { type: "plain_text", text: pick.label },
                value: pick.value,
              },
            })
          }
        />
      ) : element.type === "timepicker" ? (
        <input {...common} type="time" value={value.selected_time ?? ""} onChange={(event) => onChange({ selected_time: event.target.value })} />
      ) : element.type === "datepicker" ? (
        <input {...common} type="date" value={value.selected_date ?? ""} onChange={(event) => onChange({ selected_date: event.target.value })} />
      ) : element.multiline ? (
        <textarea {...common} rows={4} maxLength={element.max_length} />
      ) : (
        <input {...common} type={element.type === "number_input" ? "number" : "text"} maxLength={element.max_length} />
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

function isInput(block: Json): boolean {
  return block.type === "input";
}

function isSelect(element: Json): boolean {
  return /_select$|^radio_buttons$/.test(element.type);
}

function optionsOf(element: Json): Json[] {
  return element.options ?? (element.option_groups ?? []).flatMap((group: Json) => group.options);
}

function keyOf(block: Json): string {
  return `${block.block_id}/${block.element.action_id}`;
}

function initialValues(blocks: Json[]): Values {
  const values: Values = {};
  for (const block of blocks.filter(isInput)) {
    const { initial_value, initial_option, initial_time, initial_date } = block.element;
    if (initial_value !== undefined) values[keyOf(block)] = { value: initial_value };
    if (initial_option) values[keyOf(block)] = { selected_option: initial_option };
    if (initial_time) values[keyOf(block)] = { selected_time: initial_time };
    if (initial_date) values[keyOf(block)] = { selected_date: initial_date };
  }
  return values;
}

/** What Slack's client itself asks for before it sends anything. */
function findMissing(blocks: Json[], values: Values): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const block of blocks.filter(isInput)) {
    const filled = Object.values(values[keyOf(block)] ?? {}).some(Boolean);
    if (!filled && !block.optional) missing[block.block_id] = "Please complete this required field.";
  }
  return missing;
}

/** Return Slack's ``state.values``: block id, action id, then type and value. */
function toState(blocks: Json[], values: Values): Json {
  const state: Json = {};
  for (const block of blocks.filter(isInput)) {
    const { type, action_id } = block.element;
    const empty = type === "plain_text_input" ? { value: null } : {};
    state[block.block_id] = { [action_id]: { type, ...empty, ...values[keyOf(block)] } };
  }
  return state;
}
