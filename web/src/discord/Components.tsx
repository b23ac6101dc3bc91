import { Fragment, type ReactNode } from "react";
import { Picker } from "../parts/Picker";
import { Placeholder } from "../parts/Placeholder";
import type { Json } from "../protocol";
import { drawMarkdown, type Names } from "./markdown";

/** Called when a component is used: its payload, and the values where it is a select. */
export type Use = (component: Json, values?: string[]) => void;

const ROW = 1;
const BUTTON = 2;
const SELECT = 3;
const SECTION = 9;
const TEXT = 10;
const THUMBNAIL = 11;
const GALLERY = 12;
const SEPARATOR = 14;
const CONTAINER = 17;

const STYLES: Record<number, string> = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive", 5: "secondary" };

interface Props {
  components: Json[];
  names: Names;
  onUse: Use;
}

/** Components of a message, old and new (V2); buttons and words are the library's own elements. */
export function Components({ components, names, onUse }: Props): ReactNode {
  return components.map((component, index) => (
    <Fragment key={index}>{drawComponent(component, names, onUse)}</Fragment>
  ));
}

function drawComponent(component: Json, names: Names, onUse: Use): ReactNode {
  const inner = () => <Components components={component.components} names={names} onUse={onUse} />;
  switch (component.type) {
    case ROW:
      return drawRow(component.components, onUse);
    case TEXT:
      return <div className="dc-text">{drawMarkdown(component.content, names)}</div>;
    case SECTION:
      return (
        <div className="dc-section">
          <div>{inner()}</div>
          {drawAccessory(component.accessory, onUse)}
        </div>
      );
    case GALLERY:
      return component.items.map((item: Json, index: number) => (
        <Placeholder key={index} alt={item.description ?? ""} url={item.media.url} />
      ));
    case SEPARATOR:
      return <div className={component.divider === false ? "dc-space" : "dc-divider"} />;
    case CONTAINER: {
      const colour = toColour(component.accent_color);
      return (
        <div className="dc-container" style={colour ? { borderLeftColor: colour } : undefined}>
          {inner()}
        </div>
      );
    }
    default:
      return null;
  }
}

function drawAccessory(accessory: Json, onUse: Use): ReactNode {
  if (accessory.type === THUMBNAIL) return <Placeholder alt={accessory.description ?? ""} url={accessory.media.url} />;
  return drawRow([accessory], onUse);
}

function drawRow(children: Json[], onUse: Use): ReactNode {
  if (children[0]?.type === SELECT) {
    const [select] = children as [Json];
    return (
      <Picker
        className="dc-picker"
        label={select.placeholder ?? "Make a selection"}
        isDisabled={Boolean(select.disabled)}
        picks={select.options.map((option: Json) => ({
          label: option.label,
          detail: option.description,
          value: option.value,
        }))}
        onPick={({ value }) => onUse(select, [value])}
      />
    );
  }
  return (
    <discord-action-row>
      {children
        .filter((child) => child.type === BUTTON)
        .map((button, index) => (
          <discord-button
            key={index}
            type={STYLES[button.style]}
            url={button.url}
            disabled={Boolean(button.disabled)}
            onClick={() => !button.disabled && button.custom_id && onUse(button)}
          >
            {button.emoji?.name} {button.label}
          </discord-button>
        ))}
    </discord-action-row>
  );
}

export function toColour(accent: number | null | undefined): string | null {
  return accent === null || accent === undefined ? null : `#${accent.toString(16).padStart(6, "0")}`;
}
