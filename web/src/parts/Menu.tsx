import { useCallback, useRef, useState, type KeyboardEvent } from "react";
import { useDismiss } from "./useDismiss";

export interface MenuItem {
  label: string;
  isDanger?: boolean;
  onPick: () => void;
}

/** The menu behind the three dots of a message. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const [opensUp, setOpensUp] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setIsOpen(false);
    button.current?.focus();
  }, []);
  useDismiss(root, isOpen, close);
  if (!items.length) return null;

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const entries = [...root.current!.querySelectorAll<HTMLButtonElement>("[role=menuitem]")];
    const here = entries.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !isOpen) return;
    event.preventDefault();
    entries[(here + step + entries.length) % entries.length]?.focus();
  };
  return (
    <div className={`menu ${isOpen ? "is-open" : ""} ${opensUp ? "opens-up" : ""}`} ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        className="icon-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        onClick={() => {
          setOpensUp(hasNoRoomBelow(button.current!, items.length));
          setIsOpen(!isOpen);
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="3" cy="8" r="1.4" />
          <circle cx="8" cy="8" r="1.4" />
          <circle cx="13" cy="8" r="1.4" />
        </svg>
      </button>
      {isOpen && (
        <div role="menu" aria-label={label} className="menu-list">
          {items.map((item, index) => (
            <button
              type="button"
              role="menuitem"
              key={item.label}
              autoFocus={index === 0}
              className={item.isDanger ? "is-danger" : ""}
              onClick={() => {
                close();
                item.onPick();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Tell whether a menu below *button* would run out of the scrolling box that it is in. */
function hasNoRoomBelow(button: HTMLElement, items: number): boolean {
  const box = button.closest(".messages")?.getBoundingClientRect();
  const { top, bottom } = button.getBoundingClientRect();
  const wanted = items * 34 + 24;
  return box !== undefined && box.bottom - bottom < wanted && top - box.top > wanted;
}
