import { useState } from "react";
import { Dialog } from "../parts/Dialog";
import { Picker } from "../parts/Picker";
import type { Json, View, World } from "../protocol";
import { act } from "../store";
import { useNames } from "./DiscordMessage";
import { drawMarkdown } from "./markdown";

const TEXT_DISPLAY = 10;
const LABEL = 18;
const STRING_SELECT = 3;
const PARAGRAPH = 2;

interface Field {
  component: Json;
  label: string;
  description: string;
}

/** A modal: every row is a text, or holds one field, either labelled itself (action row) or in a Label. */
export function DiscordModal({ view, world }: { view: View; world: World }) {
  const names = useNames(world);
  const rows: Json[] = view.payload.components;
  const fields = rows.flatMap(toFields);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      fields.map(({ component }) => [
        component.custom_id,
        component.value ?? component.options?.find((option: Json) => option.default)?.value ?? "",
      ]),
    ),
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
  value: string;
  problem: string;
  onChange: (value: string) => void;
}

function ModalField({ field: { component, label, description }, value, problem, onChange }: FieldProps) {
  const id = `field-${component.custom_id}`;
  const options = (component.options ?? []).map((option: Json) => ({ ...option, detail: option.description }));
  const common = {
    id,
    value,
    placeholder: component.placeholder,
    maxLength: component.max_length,
    "aria-invalid": Boolean(problem),
    "aria-describedby": problem ? `${id}-error` : undefined,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <div className={`field ${problem ? "has-error" : ""}`}>
      <label htmlFor={id}>
        {label}
        {component.required === false && <span className="optional"> (optional)</span>}
      </label>
      {description && <p className="field-hint">{description}</p>}
      {component.type === STRING_SELECT ? (
        <Picker
          className="dc-picker"
          label={component.placeholder ?? label}
          chosen={options.find((option: Json) => option.value === value) ?? null}
          picks={options}
          onPick={(pick) => onChange(pick.value)}
        />
      ) : component.style === PARAGRAPH ? (
        <textarea {...common} rows={4} />
      ) : (
        <input {...common} type="text" />
      )}
      {problem && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
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
function findProblem({ component }: Field, values: Record<string, string>): string {
  const value = values[component.custom_id] ?? "";
  if (!value) return component.required === false ? "" : "This field is required.";
  if (value.length < (component.min_length ?? 0)) return `At least ${component.min_length} characters.`;
  return "";
}
