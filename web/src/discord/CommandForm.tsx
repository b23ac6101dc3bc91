import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { SendButton } from "../parts/SendButton";
import { Suggestions, moveActive } from "../parts/Suggestions";
import type { Command, Option } from "../protocol";
import { act, ask } from "../store";
import { labelOf } from "./offers";

type Value = string | number | boolean;

interface Choice {
  name: string;
  value: Value;
}

interface Problem {
  /** The option's. */
  name: string;
  words: string;
}

interface Props {
  command: Command;
  channel: string;
  onLeave: () => void;
}

/** A command with its options as chips; the one with the focus shows what there is to choose from. */
export function CommandForm({ command, channel, onLeave }: Props) {
  const id = useId();
  const options = command.options ?? [];
  const [shown, setShown] = useState<string[]>(() => options.filter(isShownAtFirst(options)).map(({ name }) => name));
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [picked, setPicked] = useState<Record<string, Choice>>({});
  const [focused, setFocused] = useState<string | null>(shown[0] ?? null);
  const [active, setActive] = useState(-1);
  const [isDismissed, setIsDismissed] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const option = options.find(({ name }) => name === focused) ?? null;
  const values = useMemo(() => toValues(options, texts, picked), [options, texts, picked]);
  const choices = useChoices(command, option, option ? (texts[option.name] ?? "") : "", values, channel);
  const isOffering = option !== null && !isDismissed && choices.length > 0;
  const rest = options.filter(({ name }) => !shown.includes(name));
  // Of choices that are narrowed by typing, the first is meant; what the bot offers is only an offer.
  const isNarrowed = option !== null && !option.autocomplete && Boolean(texts[option.name]);
  const marked = active < 0 && isNarrowed ? 0 : active;

  useEffect(() => {
    const wanted = focused ?? shown[0];
    form.current?.querySelector<HTMLElement>(wanted ? `[data-option="${wanted}"]` : ".command-name")?.focus();
  }, [focused, shown]);

  const change = (name: string, text: string) => {
    setTexts((before) => ({ ...before, [name]: text }));
    setPicked(({ [name]: _, ...others }) => others);
    setActive(-1);
    setIsDismissed(false);
    setProblem(null);
  };
  const pick = (index: number) => {
    const choice = choices[index]!;
    setTexts((before) => ({ ...before, [option!.name]: choice.name }));
    setPicked((before) => ({ ...before, [option!.name]: choice }));
    setActive(-1);
    setIsDismissed(true);
  };
  const add = (name: string) => {
    setShown((before) => [...before, name]);
    setFocused(name);
    setActive(-1);
    setIsDismissed(false);
  };
  const remove = (name: string) => {
    const left = shown.filter((each) => each !== name);
    change(name, "");
    setShown(left);
    setFocused(left.at(-1) ?? null);
  };
  const send = () => {
    const found = findProblem(options, texts, values);
    if (found) {
      setProblem(found);
      setFocused(found.name);
      return;
    }
    void act({
      do: "command",
      platform: "discord",
      channel,
      name: command.name.slice(1),
      options: values,
    });
    onLeave();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = isOffering ? moveActive(event.key, Math.max(marked, event.key === "ArrowUp" ? 0 : -1), choices.length) : null;
    const isEmpty = option !== null && !texts[option.name];
    if (next !== null) setActive(next);
    else if (isOffering && marked >= 0 && (event.key === "Enter" || event.key === "Tab")) pick(marked);
    else if (event.key === "Enter") send();
    else if (event.key === "Escape") isOffering ? setIsDismissed(true) : onLeave();
    else if (event.key === "Backspace" && isEmpty) option.required || shown.length === 1 ? onLeave() : remove(option.name);
    else return;
    event.preventDefault();
  };
  return (
    <form
      className="composer discord-composer command-form"
      ref={form}
      aria-label={`Options of ${labelOf(command)}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOffering && (
        <Suggestions
          id={id}
          label={`Choices for ${labelOf(option)}`}
          items={choices.map((choice, index) => ({ key: `${index}`, title: choice.name }))}
          active={marked}
          onPick={pick}
          onPoint={setActive}
        />
      )}
      {option && (
        <p className="option-about" id={`${id}-about`}>
          <strong>{labelOf(option)}</strong> {option.description}
          {problem?.name === option.name && (
            <span className="field-error" role="alert">
              {" "}
              {problem.words}
            </span>
          )}
        </p>
      )}
      <div className="composer-field">
        <button
          type="button"
          className="command-name"
          aria-label={`${labelOf(command)}: back to writing`}
          title="Back to writing"
          onClick={onLeave}
          onKeyDown={onKeyDown}
        >
          {labelOf(command)}
        </button>
        {shown.map((name) => (
          <label key={name} className={`option-chip ${name === focused ? "is-focused" : ""}`}>
            <span>{labelOf(options.find((each) => each.name === name)!)}</span>
            <input
              data-option={name}
              type="text"
              role="combobox"
              aria-expanded={isOffering && name === focused}
              aria-controls={isOffering && name === focused ? id : undefined}
              aria-activedescendant={isOffering && name === focused && marked >= 0 ? `${id}-${marked}` : undefined}
              aria-describedby={name === focused ? `${id}-about` : undefined}
              aria-invalid={problem?.name === name}
              autoComplete="off"
              spellCheck={false}
              value={texts[name] ?? ""}
              maxLength={options.find((each) => each.name === name)?.max_length}
              style={{ width: `${Math.min(Math.max((texts[name] ?? "").length + 2, 6), 36)}ch` }}
              onFocus={() => {
                setFocused(name);
                setIsDismissed(name in picked);
              }}
              onChange={(event) => change(name, event.target.value)}
              onKeyDown={onKeyDown}
            />
          </label>
        ))}
        {rest.map((each) => (
          <button
            type="button"
            className="option-add"
            key={each.name}
            title={each.description}
            onClick={() => add(each.name)}
          >
            + {labelOf(each)}
          </button>
        ))}
        <SendButton isReady />
      </div>
    </form>
  );
}

/** Required options are there from the start; a lone optional one as well. */
function isShownAtFirst(options: Option[]): (option: Option, index: number) => boolean {
  const someRequired = options.some(({ required }) => required);
  return (option, index) => option.required || (!someRequired && index === 0);
}

/** What the client sends: the value behind a picked choice, else what was typed, in the option's type. */
function toValues(
  options: Option[],
  texts: Record<string, string>,
  picked: Record<string, Choice>,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const option of options) {
    const text = (texts[option.name] ?? "").trim();
    const known = fixedChoices(option).find(({ name }) => name.toLowerCase() === text.toLowerCase());
    if (picked[option.name]) values[option.name] = picked[option.name]!.value;
    else if (text && known) values[option.name] = known.value;
    else if (option.type === "number" && isInRange(option, text)) values[option.name] = Number(text);
    else if (text && option.type === "text" && !option.choices.length) values[option.name] = text;
  }
  return values;
}

/** The first option that the client would not send as it is. */
function findProblem(options: Option[], texts: Record<string, string>, values: Record<string, Value>): Problem | null {
  for (const option of options) {
    const isFilled = Boolean(texts[option.name]?.trim());
    if (values[option.name] !== undefined || (!isFilled && !option.required)) continue;
    if (!isFilled) return { name: option.name, words: "This option is required." };
    return { name: option.name, words: option.type === "number" ? askForNumber(option) : "Pick one of the choices." };
  }
  return null;
}

function askForNumber({ min, max }: Option): string {
  if (min !== undefined && max !== undefined) return `Type a number from ${min} to ${max}.`;
  return "Type a number.";
}

function isInRange({ min = -Infinity, max = Infinity }: Option, text: string): boolean {
  return text !== "" && Number(text) >= min && Number(text) <= max;
}

function fixedChoices(option: Option): Choice[] {
  if (option.type === "switch") return [{ name: "True", value: true }, { name: "False", value: false }];
  return option.choices;
}

/** What there is to choose from: fixed choices narrowed by what is typed, or what the bot says to it. */
function useChoices(
  command: Command,
  option: Option | null,
  typed: string,
  values: Record<string, Value>,
  channel: string,
): Choice[] {
  const [served, setServed] = useState<Choice[]>([]);
  const isServed = option?.autocomplete ?? false;
  useEffect(() => {
    if (!isServed || !option) return;
    let isCurrent = true;
    const { [option.name]: _, ...others } = values;
    const timer = setTimeout(() => {
      void ask<Choice[]>({
        do: "complete",
        platform: "discord",
        channel,
        name: command.name.slice(1),
        option: option.name,
        typed,
        options: others,
      }).then((found) => isCurrent && setServed(found ?? []));
    }, 90);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
    // The other options' values matter to the bot, but only typing here asks anew.
  }, [command.name, option?.name, typed, channel, isServed]);
  if (!option) return [];
  if (isServed) return served;
  const wanted = typed.trim().toLowerCase();
  return fixedChoices(option).filter(({ name }) => name.toLowerCase().includes(wanted));
}
