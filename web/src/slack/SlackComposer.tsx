import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { Suggestions, moveActive } from "../parts/Suggestions";
import { SendButton } from "../parts/SendButton";
import type { Command, World } from "../protocol";
import { act } from "../store";

interface Props {
  world: World;
  channel: string;
  thread: string | null;
  placeholder: string;
}

/** A field in which "/" offers the commands with their usage hints, as Slack does. */
export function SlackComposer({ world, channel, thread, placeholder }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [isDismissed, setIsDismissed] = useState(false);
  const [history, setHistory] = useState<string[]>([]);
  const [past, setPast] = useState(-1);

  const offered = useMemo(() => offer(world.commands, text), [world.commands, text]);
  const isOffering = !isDismissed && !thread && offered.length > 0;
  const command = world.commands.find(({ name }) => text === name || text.startsWith(`${name} `));
  const hint = command && !thread && text.slice(command.name.length).trim() === "" ? command.usage : "";

  const complete = (index: number) => {
    setText(`${offered[index]!.name} `);
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
    else if (isOffering && (event.key === "Tab" || (event.key === "Enter" && offered[active]!.name !== text))) {
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
          label="Commands"
          items={offered.map((each) => ({
            key: each.name,
            title: (
              <>
                <strong>{each.name}</strong> <span className="usage">{each.usage}</span>
              </>
            ),
            detail: each.description,
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

function offer(commands: Command[], text: string): Command[] {
  if (!/^\/\S*$/.test(text)) return [];
  return commands.filter(({ name }) => name.startsWith(text.toLowerCase()));
}
