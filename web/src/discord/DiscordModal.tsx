import { useState } from "react";
import { Dialog } from "../parts/Dialog";
import { Picker } from "../parts/Picker";
import type { Json, View, World } from "../protocol";
import { act, useStore } from "../store";
import { useNames } from "./DiscordMessage";
import { drawMarkdown } from "./markdown";

const STRING_SELECT = 3;
const USER_SELECT = 5;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const RADIO_GROUP = 21;
const CHECKBOX_GROUP = 22;
const CHECKBOX = 23;
const PARAGRAPH = 2;

interface Field {
  component: Json;
  label: string;
  description: string;
}

/** Text, what is picked, or whether a box is ticked. */
type Value = string | string[] | boolean;

/** A modal: every row is a text, or holds one field, either labelled itself (action row) or in a Label. */
export function DiscordModal({ view, world }: { view: View; world: World }) {
  const names = useNames(world);
  const rows: Json[] = view.payload.components;
  const fields = rows.flatMap(toFields);
  const [values, setValues] = useState<Record<string, Value>>(() =>
    Object.fromEntries(fields.map(({ component }) => [component.custom_id, valueAtFirst(component)])),
  );
  const [isChecked, setIsChecked] = useState(false);
  const identity = { platform: "discord" as const, view: view.id };
  const problems = Object.fromEntries(
    fields.map((field) => [field.component.custom_id, findProblem(field, values)]),
  );
  const submit = () => {
    setIsChecked(true);
    if (!Object.values(problems).some(Boolean)) void act({ do: "submit", ...identity, values });
  };
  return (
    <Dialog
      className="discord-modal"
      title={view.payload.title}
      submit="Submit"
      close="Cancel"
      onSubmit={submit}
      onClose={() => void act({ do: "close", ...identity })}
    >
      {rows.map((row) =>
        row.type === TEXT_DISPLAY ? (
          <div key={row.id} className="dc-text">
            {drawMarkdown(row.content, names)}
          </div>
        ) : (
          toFields(row).map((field) => {
            const id = field.component.custom_id;
            return (
              <ModalField
                key={id}
                field={field}
                world={world}
                value={values[id] ?? ""}
                problem={isChecked ? (problems[id] ?? "") : ""}
                onChange={(value) => setValues((before) => ({ ...before, [id]: value }))}
              />
            );
          })
        ),
      )}
    </Dialog>
  );
}

interface FieldProps {
  field: Field;
  world: World;
  value: Value;
  problem: string;
  onChange: (value: Value) => void;
}

function ModalField({ field, world, value, problem, onChange }: FieldProps) {
  const { component, label, description } = field;
  const id = `field-${component.custom_id}`;
  const isGroup = isManyBoxes(component) || component.type === RADIO_GROUP;
  const words = (
    <>
      {label}
      {component.required === false && <span className="optional"> (optional)</span>}
    </>
  );
  const inner = (
    <>
      {description && <p className="field-hint">{description}</p>}
      <Input id={id} field={field} world={world} value={value} problem={problem} onChange={onChange} />
      {problem && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      )}
    </>
  );
  const className = `field ${problem ? "has-error" : ""}`;
  if (isGroup) {
    return (
      <fieldset className={className}>
        <legend>{words}</legend>
        {inner}
      </fieldset>
    );
  }
  return (
    <div className={className}>
      <label htmlFor={id}>{words}</label>
      {inner}
    </div>
  );
}

function Input({ id, field, world, value, problem, onChange }: FieldProps & { id: string }) {
  const { component, label } = field;
  const { hello } = useStore();
  if (component.type === CHECKBOX) {
    return <input id={id} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  }
  if (component.type === RADIO_GROUP || isManyBoxes(component)) {
    return <Boxes component={component} value={value} onChange={onChange} />;
  }
  if (component.type === STRING_SELECT || component.type === USER_SELECT) {
    const people = hello?.people.map(({ key, name }) => ({ label: name, value: world.people[key] ?? "" })) ?? [];
    const options: Json[] = component.type === USER_SELECT ? people : component.options;
    const picks = options.map((option) => ({
      label: option.label,
      detail: option.description,
      value: option.value,
    }));
    return (
      <Picker
        className="dc-picker"
        label={component.placeholder ?? label}
        chosen={picks.find((pick) => pick.value === value) ?? null}
        picks={picks}
        onPick={(pick) => onChange(pick.value)}
      />
    );
  }
  const common = {
    id,
    value: String(value),
    placeholder: component.placeholder,
    maxLength: component.max_length,
    "aria-invalid": Boolean(problem),
    "aria-describedby": problem ? `${id}-error` : undefined,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return component.style === PARAGRAPH ? <textarea {...common} rows={4} /> : <input {...common} type="text" />;
}

/** Options to tick: one of them (radio group), or as many as one likes. */
function Boxes({ component, value, onChange }: { component: Json; value: Value; onChange: (value: Value) => void }) {
  const isRadio = component.type === RADIO_GROUP;
  const picked = Array.isArray(value) ? value : [String(value)];
  const toggle = (option: string, isOn: boolean) => {
    if (isRadio) onChange(option);
    else onChange(isOn ? [...picked, option] : picked.filter((each) => each !== option));
  };
  return component.options.map((option: Json) => (
    <label className="box" key={option.value}>
      <input
        type={isRadio ? "radio" : "checkbox"}
        name={component.custom_id}
        checked={picked.includes(option.value)}
        onChange={(event) => toggle(option.value, event.target.checked)}
      />
      <span>
        {option.label} {option.description && <small>{option.description}</small>}
      </span>
    </label>
  ));
}

/** Whether several options can be picked: those are drawn as boxes to tick. */
function isManyBoxes({ type, max_values }: Json): boolean {
  return type === CHECKBOX_GROUP || (type === STRING_SELECT && (max_values ?? 1) > 1);
}

function valueAtFirst(component: Json): Value {
  const picked = (component.options ?? []).filter((option: Json) => option.default).map(({ value }: Json) => value);
  if (component.type === CHECKBOX) return Boolean(component.default);
  if (isManyBoxes(component)) return picked;
  return component.value ?? picked[0] ?? component.default_values?.[0]?.id ?? "";
}

function toFields(row: Json): Field[] {
  if (row.type === LABEL) {
    return [{ component: row.component, label: row.label, description: row.description ?? "" }];
  }
  return (row.components ?? []).map((component: Json) => ({
    component,
    label: component.label ?? component.placeholder ?? "",
    description: "",
  }));
}

/** What Discord's own client checks before it sends a modal. */
function findProblem({ component }: Field, values: Record<string, Value>): string {
  const value = values[component.custom_id] ?? "";
  if (typeof value === "boolean") return "";
  if (!value.length) return component.required === false ? "" : "This field is required.";
  if (Array.isArray(value)) {
    const most = component.max_values ?? component.options.length;
    return value.length > most ? `Pick ${most} at most.` : "";
  }
  if (value.length < (component.min_length ?? 0)) return `At least ${component.min_length} characters.`;
  return "";
}
