import { useMemo, type ReactNode } from "react";

/** JSON with colours, and a button that copies it. */
export function JsonView({ value }: { value: unknown }) {
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  const drawn = useMemo(() => colour(text), [text]);
  return (
    <div className="json">
      <button type="button" className="link-button" onClick={() => void navigator.clipboard.writeText(text)}>
        Copy
      </button>
      <pre tabIndex={0}>{drawn}</pre>
    </div>
  );
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

function colour(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [all, quoted, colon] = found;
    parts.push(text.slice(end, found.index));
    const kind = quoted ? (colon ? "key" : "string") : "literal";
    parts.push(
      <span className={`json-${kind}`} key={found.index}>
        {quoted ?? all}
      </span>,
      colon ?? "",
    );
    end = found.index + all.length;
  }
  return [...parts, text.slice(end)];
}
