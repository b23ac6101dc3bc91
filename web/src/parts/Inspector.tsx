import { useEffect, useMemo, useState } from "react";
import type { FaultName, PlatformName, WireEntry } from "../protocol";
import { act, set, useStore } from "../store";
import { DigestSection } from "./Digests";
import { JsonView } from "./JsonView";
import { momentOf, now, shortMomentOf } from "./time";

const FAULTS: [FaultName, string, string][] = [
  ["down", "Down", "Every call is answered with 503 Service Unavailable."],
  ["rate_limit", "429", "Every call is refused, with Retry-After 2 s."],
  ["slow", "Slow", "Every answer comes 2 s late."],
  ["drop", "Drop after accept", "Every call takes effect, but its answer is lost."],
];

/** What goes over the wire, what goes wrong on purpose, and the clock. */
export function Inspector() {
  const { worlds, status, inspectorIsOpen } = useStore();
  const [isRestarting, setIsRestarting] = useState(false);
  const restart = async () => {
    setIsRestarting(true);
    await act({ do: "restart" });
    setIsRestarting(false);
  };
  if (!inspectorIsOpen) return null;
  return (
    <aside className="inspector" aria-label="Inspector">
      <header className="pane-header">
        <h2>Inspector</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close inspector"
          onClick={() => set({ inspectorIsOpen: false })}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" strokeWidth="1.6" />
          </svg>
        </button>
      </header>
      <div className="inspector-body">
        <section aria-label="Bot">
          <h3>Bot</h3>
          <div className="bot-status">
            <span className={`dot is-${status?.bot}`} aria-hidden="true" />
            <span role="status">{botWords(status?.bot)}</span>
            <button type="button" className="button" disabled={isRestarting} onClick={() => void restart()}>
              Restart the bot
            </button>
          </div>
          {status?.problem && <p className="field-error">{status.problem}</p>}
        </section>
        <section aria-label="Faults">
          <h3>Faults</h3>
          {Object.values(worlds).map((world) => (
            <Faults key={world.name} platform={world.name} label={world.label} />
          ))}
          <DeadLinks />
        </section>
        <DigestSection />
        <Wire />
      </div>
    </aside>
  );
}

function botWords(bot: string | undefined): string {
  return { starting: "Starting", running: "Running", stopped: "Stopped", failed: "Failed" }[bot ?? ""] ?? "";
}

function Faults({ platform, label }: { platform: PlatformName; label: string }) {
  const { status } = useStore();
  const current = status?.faults[platform] ?? null;
  return (
    <div className="faults" role="group" aria-label={`Faults of ${label}`}>
      <span>{label}</span>
      {FAULTS.map(([fault, words, about]) => (
        <button
          type="button"
          key={fault}
          className="chip"
          aria-pressed={current === fault}
          title={about}
          onClick={() => void act({ do: "fault", platform, fault: current === fault ? null : fault })}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

/** Links that stopped answering, as if the checker had found so over some days. */
function DeadLinks() {
  const { status } = useStore();
  return (
    <div className="faults" role="group" aria-label="Links">
      <span>Links</span>
      <button
        type="button"
        className="chip"
        title="The first link of the list is gone, and has an archived copy."
        onClick={() => void act({ do: "let_link_die" })}
      >
        Let a link die
      </button>
      {status?.dead_links.map(({ url, title }) => (
        <p key={url} className="dead-link">
          <span>“{title}” is gone.</span>
          <button
            type="button"
            className="chip"
            aria-label={`Mend it: “${title}”`}
            onClick={() => void act({ do: "mend_link", url })}
          >
            Mend it
          </button>
        </p>
      ))}
    </div>
  );
}

function Wire() {
  const { wire, layout } = useStore();
  const [typed, setTyped] = useState("");
  const shown = useMemo(() => {
    const wanted = typed.trim().toLowerCase();
    return wire
      .filter(({ platform }) => layout === "both" || layout === platform)
      .filter(({ what, body }) => !wanted || `${what} ${JSON.stringify(body)}`.toLowerCase().includes(wanted))
      .toReversed();
  }, [wire, layout, typed]);
  return (
    <section aria-label="Payloads" className="wire">
      <h3>Payloads</h3>
      <input
        type="search"
        aria-label="Filter payloads"
        placeholder="Filter"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ol>
        {shown.map((entry) => (
          <Entry key={entry.number} entry={entry} />
        ))}
      </ol>
      {!shown.length && <p className="empty">{wire.length ? "Nothing fits." : "Nothing yet."}</p>}
    </section>
  );
}

function Entry({ entry }: { entry: WireEntry }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>
          <span className={`way ${entry.to_bot ? "to-bot" : "from-bot"}`} aria-hidden="true">
            {entry.to_bot ? "→" : "←"}
          </span>
          <span className="sr-only">{entry.to_bot ? "To the bot" : "From the bot"}</span>
          <span className="what">{entry.what}</span>
          {entry.fault && <span className="badge is-fault">{entry.fault}</span>}
          <small>{entry.platform}</small>
        </summary>
        {isOpen && <JsonView value={entry.body} />}
      </details>
    </li>
  );
}

/** The time that the bot lives in, in the page's corner. */
export function Clock() {
  // A jump comes with a status; between two, seconds pass.
  useStore();
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const at = now();
  return (
    <time className="clock" dateTime={new Date(at).toISOString()} title={momentOf(at)}>
      {shortMomentOf(at)}
    </time>
  );
}
