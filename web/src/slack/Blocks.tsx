import { memo, useMemo, type MouseEvent } from "react";
import { Message as BlockKit, type Block } from "slack-blocks-to-jsx";
import { Placeholder } from "../parts/Placeholder";
import type { Json, World } from "../protocol";
import { useStore } from "../store";
import { Select } from "./Field";
import { formatDate } from "./date";
import { isMenu, type LoadOptions } from "./fields";

/** Called when a button is pressed or something is picked: the element, and what a pick adds. */
export type Use = (element: Json, picked?: Json) => void;

interface Props {
  blocks: Json[];
  world: World;
  onUse: Use;
  loadOptions: LoadOptions;
}

/**
 * Block Kit, drawn by slack-blocks-to-jsx wherever it can be.
 *
 * Its menus know no keyboard and tell nobody what was picked, and pictures must not be fetched from
 * elsewhere: those few are ours. Buttons are its own; a press is recognised by the id it gives them.
 */
export const Blocks = memo(function Blocks({ blocks, world, onUse, loadOptions }: Props) {
  const pieces = useMemo(() => split(blocks), [blocks]);
  return pieces.map((piece, index) => {
    switch (piece.kind) {
      case "drawn":
        return <Drawn key={index} blocks={piece.blocks} world={world} onUse={onUse} />;
      case "picture":
        return <Placeholder key={index} alt={piece.block.alt_text} url={piece.block.image_url ?? ""} />;
      case "row":
        return (
          <div className="slack-row" key={index}>
            {piece.elements.map((element, place) =>
              isMenu(element) ? (
                <Menu key={place} element={element} world={world} onUse={onUse} loadOptions={loadOptions} />
              ) : (
                <Drawn
                  key={place}
                  blocks={[{ type: "actions", elements: [element] }]}
                  world={world}
                  onUse={onUse}
                />
              ),
            )}
          </div>
        );
    }
  });
});

type Piece =
  | { kind: "drawn"; blocks: Json[] }
  | { kind: "picture"; block: Json }
  | { kind: "row"; elements: Json[] };

/** Divide blocks into what the library draws and what is drawn here, order kept. */
function split(blocks: Json[]): Piece[] {
  const pieces: Piece[] = [];
  const draw = (block: Json) => {
    const last = pieces.at(-1);
    if (last?.kind === "drawn") last.blocks.push(block);
    else pieces.push({ kind: "drawn", blocks: [block] });
  };
  for (const block of blocks) {
    const { accessory, ...rest } = block;
    if (block.type === "image") pieces.push({ kind: "picture", block });
    else if (block.type === "actions" && block.elements.some(isMenu)) {
      pieces.push({ kind: "row", elements: block.elements });
    } else if (accessory && (isMenu(accessory) || accessory.type === "image")) {
      draw(rest);
      if (isMenu(accessory)) pieces.push({ kind: "row", elements: [accessory] });
      else pieces.push({ kind: "picture", block: accessory });
    } else if (block.type === "context") {
      draw({ ...block, elements: block.elements.filter((each: Json) => each.type !== "image") });
    } else draw(block);
  }
  return pieces;
}

function Drawn({ blocks, world, onUse }: PropsOf<"blocks" | "world" | "onUse">) {
  const { theme, hello } = useStore();
  const [marked, elements] = useMemo(() => mark(blocks), [blocks]);
  const data = useMemo(
    () => ({
      users: [...(hello?.people ?? []).map(({ key, name }) => ({ id: world.people[key]!, name })), world.bot],
      channels: world.channels.map(({ id, name }) => ({ id, name })),
    }),
    [hello, world],
  );
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const button = (event.target as Element).closest<HTMLElement>("button[id]");
    const element = button && elements.get(button.id);
    if (element) onUse(element);
  };
  return (
    <div className="slack-drawn" onClick={onClick}>
      <BlockKit
        blocks={marked as Block[]}
        name={world.bot.name}
        logo=""
        theme={theme}
        withoutWrapper
        data={data as any}
        hooks={{
          date: ({ timestamp, format, fallback }) => (
            <time dateTime={new Date(Number(timestamp) * 1000).toISOString()}>
              {formatDate(timestamp, format, fallback)}
            </time>
          ),
          // The library also takes Markdown's links, whatever their scheme.
          link: ({ href, children, className }) =>
            /^(https?|mailto):/.test(href) ? (
              <a href={href} className={className} target="_blank" rel="noreferrer">
                {children}
              </a>
            ) : (
              <span>{children}</span>
            ),
        }}
      />
    </div>
  );
}

type PropsOf<Keys extends keyof Props> = { [Key in Keys]: Props[Key] };

let marks = 0;

/** Give every button an id of its own: the library puts a button's action_id into its id. */
function mark(blocks: Json[]): [Json[], Map<string, Json>] {
  const elements = new Map<string, Json>();
  const walk = (value: any): any => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== "object") return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    // Slack only leaves links alone in verbatim text; the library would leave all markup alone.
    if (value.type === "mrkdwn") {
      delete copy.verbatim;
      copy.text = keepEscaped(copy.text as string);
    }
    if (value.type !== "button") return copy;
    const id = `press-${++marks}`;
    elements.set(id, value);
    // Links open by themselves in a new tab; Slack's question before a deed is left to Slack.
    return { ...copy, action_id: id, confirm: undefined };
  };
  return [walk(blocks), elements];
}

/**
 * Keep what is escaped from being read as markup: the library unescapes first and looks for mentions then.
 *
 * A word joiner, which nobody sees, stands between.
 */
function keepEscaped(text: string): string {
  return text.replaceAll("&lt;", "&lt;\u2060");
}

function Menu({ element, world, onUse, loadOptions }: PropsOf<"world" | "onUse" | "loadOptions"> & { element: Json }) {
  return (
    <Select
      element={element}
      label="More"
      held={{ type: element.type, selected_option: element.initial_option }}
      world={world}
      loadOptions={loadOptions}
      onPick={(picked) => onUse(element, picked)}
    />
  );
}
