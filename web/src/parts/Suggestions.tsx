import { useEffect, useRef, type ReactNode } from "react";

export interface Suggestion {
  key: string;
  title: ReactNode;
  detail?: ReactNode;
}

interface Props {
  id: string;
  label: string;
  items: Suggestion[];
  active: number;
  onPick: (index: number) => void;
  onPoint: (index: number) => void;
}

/** The list below (or above) a text field: the field keeps the focus and names the active item. */
export function Suggestions({ id, label, items, active, onPick, onPoint }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active, items]);
  return (
    <ul className="suggestions" role="listbox" id={id} aria-label={label} ref={list}>
      {items.map((item, index) => (
        <li
          key={item.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerMove={() => index !== active && onPoint(index)}
          // Not at click: the field must not lose the focus in between.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(index);
          }}
        >
          <span className="suggestion-title">{item.title}</span>
          {item.detail && <span className="suggestion-detail">{item.detail}</span>}
        </li>
      ))}
    </ul>
  );
}

/** What arrow keys do to the active item; null for any other key. */
export function moveActive(key: string, active: number, count: number): number | null {
  if (!count) return null;
  if (key === "ArrowDown") return (active + 1) % count;
  if (key === "ArrowUp") return (active - 1 + count) % count;
  return null;
}
