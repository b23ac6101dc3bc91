import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { Suggestions, moveActive } from "../parts/Suggestions";
import { SendButton } from "../parts/SendButton";
import type { World } from "../protocol";
import { act } from "../store";

interface Props {
  world: World;
  channel: string;
  thread: string | null;
  placeholder: string;
}

/** A field in which "/" offers the commands with their usage hints and "@" the bot, as Slack does. */
export function SlackComposer({ world, channel, thread, placeholder }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [isDismissed, setIsDismissed] = useState(false);
  const [history, setHistory] = useState<string[]>([]);
  const [past, setPast] = useState(-1);

  const offered = useMemo(() => offer(world, text, thread !== null), [world, text, thread]);
  const isOffering = !isDismissed && offered.length > 0;
  const command = world.commands.find(({ name }) => text === name || text.startsWith(`${name} `));
  const hint = command && !thread && text.slice(command.name.length).trim() === "" ? command.usage : "";

  const complete = (index: number) => {
    setText(`${offered[index]!.whole} `);
    setActive(0);
  };
  const send = () => {
    const words = text.trim();
    if (!words) return;
    setText("");
    setPast(-1);
    setHistory((before) => [words, ...before].slice(0, 50));
    const where = { platform: "slack" as const, channel };
    if (words.startsWith("/") && !thread) {
      const name = words.split(/\s/, 1)[0]!;
      void act({ do: "command", ...where, name, text: words.slice(name.length).trim() });
    } else {
      void act({ do: "say", ...where, text: words, thread });
    }
  };
  const recall = (step: number) => {
    const next = Math.max(-1, Math.min(past + step, history.length - 1));
    setPast(next);
    setText(next < 0 ? "" : history[next]!);
    setIsDismissed(true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const next = isOffering ? moveActive(event.key, active, offered.length) : null;
    if (next !== null) setActive(next);
    else if (isOffering && (event.key === "Tab" || (event.key === "Enter" && offered[active]!.whole !== text))) {
      complete(active);
    } else if (isOffering && event.key === "Escape") setIsDismissed(true);
    else if (event.key === "Enter") send();
    else if (event.key === "ArrowUp" && (!text || past >= 0)) recall(1);
    else if (event.key === "ArrowDown" && past >= 0) recall(-1);
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="composer slack-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOffering && (
        <Suggestions
          id={id}
          label="Suggestions"
          items={offered.map(({ whole, name, usage, description }) => ({
            key: whole,
            title: (
              <>
                <strong>{name}</strong> <span className="usage">{usage}</span>
              </>
            ),
            detail: description,
          }))}
          active={active}
          onPick={complete}
          onPoint={setActive}
        />
      )}
      <div className="composer-field">
        <input
          type="text"
          role="combobox"
          aria-label={placeholder}
          aria-expanded={isOffering}
          aria-controls={isOffering ? id : undefined}
          aria-activedescendant={isOffering ? `${id}-${active}` : undefined}
          aria-describedby={hint ? `${id}-usage` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
            setIsDismissed(false);
          }}
          onKeyDown={onKeyDown}
        />
        {hint && (
          <span className="usage-hint" id={`${id}-usage`}>
            <span aria-hidden="true">{text.trimEnd()} </span>
            {hint}
          </span>
        )}
        <SendButton isReady={text.trim() !== ""} />
      </div>
    </form>
  );
}

interface Offer {
  /** All that the field holds when it is taken. */
  whole: string;
  name: string;
  usage: string;
  description: string;
}

/** Commands at the beginning, where it is no thread, and the bot's name behind an "@". */
function offer({ commands, bot }: World, text: string, isThread: boolean): Offer[] {
  const mention = /(?:^|\s)@(\w*)$/.exec(text);
  if (mention && bot.name.startsWith(mention[1]!.toLowerCase())) {
    const before = text.slice(0, text.length - mention[1]!.length);
    return [{ whole: before + bot.name, name: `@${bot.name}`, usage: "", description: "App" }];
  }
  if (isThread || !/^\/\S*$/.test(text)) return [];
  return commands
    .filter(({ name }) => name.startsWith(text.toLowerCase()))
    .map(({ name, usage, description }) => ({ whole: name, name, usage, description }));
}
