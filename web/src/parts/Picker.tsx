import { useCallback, useEffect, useId, useRef, useState } from "react";
import { Suggestions, moveActive } from "./Suggestions";
import { useDismiss } from "./useDismiss";

export interface Pick {
  label: string;
  detail?: string;
  value: string;
}

interface Props {
  /** What the picking is about: "Pick a section". */
  label: string;
  chosen?: Pick | null;
  /** All there is to pick from, or what the server offers for what is typed. */
  picks: Pick[] | ((typed: string) => Promise<Pick[]>);
  onPick: (pick: Pick) => void;
  className?: string;
  isDisabled?: boolean;
}

/** A menu to pick one thing from, with a field that narrows it. */
export function Picker({ label, chosen = null, picks, onPick, className = "", isDisabled = false }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const [opensUp, setOpensUp] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setIsOpen(false);
    button.current?.focus();
  }, []);
  useDismiss(root, isOpen, close);

  const open = () => {
    const box = button.current!.getBoundingClientRect();
    setOpensUp(innerHeight - box.bottom < 320 && box.top > innerHeight - box.bottom);
    setIsOpen(true);
  };
  return (
    <div className={`picker ${className} ${opensUp ? "opens-up" : ""}`} ref={root}>
      <button
        type="button"
        ref={button}
        className="picker-button"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={chosen ? `${label}: ${chosen.label}` : label}
        disabled={isDisabled}
        onClick={() => (isOpen ? close() : open())}
      >
        <span className={chosen ? "" : "picker-placeholder"}>{chosen?.label ?? label}</span>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.6" />
        </svg>
      </button>
      {isOpen && (
        <PickerList
          label={label}
          picks={picks}
          onPick={(pick) => {
            close();
            onPick(pick);
          }}
        />
      )}
    </div>
  );
}

function PickerList({ label, picks, onPick }: PickOf<"label" | "picks" | "onPick">) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const [isTaking, setIsTaking] = useState(false);
  const { found, isFresh } = usePicks(picks, typed);

  // Who types fast presses Enter before it is known what fits: the first of that is meant, when it comes.
  useEffect(() => {
    if (!isTaking || !isFresh) return;
    setIsTaking(false);
    if (found[active]) onPick(found[active]);
  }, [isTaking, isFresh, found, active, onPick]);
  return (
    <div className="picker-list">
      <input
        autoFocus
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length ? `${id}-${active}` : undefined}
        aria-label={`${label}: type to narrow`}
        placeholder="Type to narrow"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
          setIsTaking(false);
        }}
        onKeyDown={(event) => {
          const next = moveActive(event.key, active, found.length);
          if (next !== null) setActive(next);
          else if (event.key === "Enter") setIsTaking(true);
          else return;
          event.preventDefault();
        }}
      />
      {found.length ? (
        <Suggestions
          id={id}
          label={label}
          items={found.map((pick) => ({ key: pick.value, title: pick.label, detail: pick.detail }))}
          active={active}
          onPick={(index) => onPick(found[index]!)}
          onPoint={setActive}
        />
      ) : (
        <p className="picker-empty" id={id}>
          {isFresh ? "Nothing fits" : "Looking…"}
        </p>
      )}
    </div>
  );
}

type PickOf<Keys extends keyof Props> = { [Key in Keys]: Props[Key] };

interface Found {
  found: Pick[];
  /** Whether that fits what is typed now, and not what was typed a moment ago. */
  isFresh: boolean;
}

function usePicks(picks: Props["picks"], typed: string): Found {
  const [loaded, setLoaded] = useState<{ typed: string | null; found: Pick[] }>({ typed: null, found: [] });
  useEffect(() => {
    if (Array.isArray(picks)) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void picks(typed).then((found) => isCurrent && setLoaded({ typed, found }));
    }, 120);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [picks, typed]);
  if (!Array.isArray(picks)) return { found: loaded.found, isFresh: loaded.typed === typed };
  const wanted = typed.trim().toLowerCase();
  const fits = ({ label, detail = "" }: Pick) => `${label} ${detail}`.toLowerCase().includes(wanted);
  return { found: picks.filter(fits), isFresh: true };
}
