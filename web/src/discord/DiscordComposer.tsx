import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { SendButton } from "../parts/SendButton";
import { Suggestions, moveActive } from "../parts/Suggestions";
import type { Command, Message } from "../protocol";
import { act } from "../store";
import { CommandForm } from "./CommandForm";
import { labelOf } from "./offers";

interface Props {
  commands: Command[];
  channel: string;
  placeholder: string;
  /** The message that is being answered. */
  answered: Message | null;
  onAnswered: () => void;
}

/** A field in which "/" offers the registered commands; a picked one becomes a form of its options. */
export function DiscordComposer({ commands, channel, placeholder, answered, onAnswered }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [command, setCommand] = useState<Command | null>(null);
  const offered = useMemo(() => offer(commands, text), [commands, text]);

  useEffect(() => {
    if (answered) field.current?.focus();
  }, [answered]);

  const leave = () => {
    setCommand(null);
    setText("");
    requestAnimationFrame(() => field.current?.focus());
  };
  const current = command && commands.find(({ name }) => name === command.name);
  if (current) {
    return <CommandForm key={current.name} command={current} channel={channel} onLeave={leave} />;
  }

  const send = () => {
    if (text.trim() && !text.startsWith("/")) {
      void act({ do: "say", platform: "discord", channel, text: text.trim(), message: answered?.id ?? null });
      setText("");
      onAnswered();
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const next = moveActive(event.key, active, offered.length);
    const isChoosing = event.key === "Tab" || event.key === "Enter" || (event.key === " " && text.length > 1);
    if (next !== null) setActive(next);
    else if (isChoosing && offered[active] && (event.key !== " " || labelOf(offered[active]) === text)) {
      setCommand(offered[active]);
    } else if (event.key === "Escape") text ? setText("") : onAnswered();
    else if (event.key === "Enter") send();
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="composer discord-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offered.length > 0 && (
        <Suggestions
          id={id}
          label="Commands"
          items={offered.map((each) => ({
            key: each.name,
            title: (
              <>
                <strong>{labelOf(each)}</strong> <span className="usage">{each.usage}</span>
              </>
            ),
            detail: each.description,
          }))}
          active={active}
          onPick={(index) => setCommand(offered[index]!)}
          onPoint={setActive}
        />
      )}
      {answered && (
        <p className="answering">
          Replying to <strong>{answered.author.name}</strong>
          <button type="button" className="link-button" onClick={onAnswered}>
            Cancel
          </button>
        </p>
      )}
      <div className="composer-field">
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label={placeholder}
          aria-expanded={offered.length > 0}
          aria-controls={offered.length ? id : undefined}
          aria-activedescendant={offered.length ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <SendButton isReady={text.trim() !== "" && !text.startsWith("/")} />
      </div>
    </form>
  );
}

function offer(commands: Command[], text: string): Command[] {
  const typed = text.toLowerCase();
  return typed.startsWith("/") ? commands.filter((each) => labelOf(each).startsWith(typed)) : [];
}
