import { useState } from "react";
import type { PlatformName } from "../protocol";
import { act, useStore } from "../store";
import { shortMomentOf } from "./time";

/** Buttons that let time pass; there once a channel has a digest. */
export function Travel() {
  const { digests } = useStore();
  const [isTravelling, setIsTravelling] = useState(false);
  if (!digests?.subscriptions.length) return null;
  const travel = async (to: string) => {
    setIsTravelling(true);
    await act({ do: "travel", to });
    setIsTravelling(false);
  };
  return (
    <div className="travel" role="group" aria-label="Time travel">
      {digests.next_due !== null && (
        <button type="button" className="button" disabled={isTravelling} onClick={() => void travel("next_digest")}>
          To the next digest
        </button>
      )}
      <button type="button" className="button" disabled={isTravelling} onClick={() => void travel("week")}>
        A week ahead
      </button>
    </div>
  );
}

/** The bag of each channel, and the ledger: what became of every post. */
export function DigestSection() {
  const { digests, worlds } = useStore();
  if (!digests?.subscriptions.length) return null;
  const place = (platform: PlatformName, channel: string) => {
    const found = worlds[platform]?.channels.find(({ id }) => id === channel);
    return `${found?.kind === "channel" ? "#" : ""}${found?.name ?? channel} on ${worlds[platform]?.label}`;
  };
  return (
    <section aria-label="Digests" className="digests">
      <h3>Digests</h3>
      {digests.subscriptions.map((each) => (
        <div key={each.id} className="bag">
          <p>
            <strong>{place(each.platform, each.channel)}</strong>
            {each.state !== "active" && <span className="badge">{each.state}</span>}
          </p>
          <progress max={each.total} value={each.done} aria-label="Links of this round posted" />
          <small>
            {each.done} of {each.total} from {each.wanted}. {each.next && `Next: ${each.next}.`}
          </small>
        </div>
      ))}
      {digests.deliveries.length > 0 && (
        <ol aria-label="Ledger">
          {digests.deliveries.map((each) => (
            <li key={each.id}>
              <span className={`badge is-${each.state}`}>{each.state}</span>
              <span>
                {each.links.join(", ") || "no link"}
                <small>
                  {shortMomentOf(each.slot)}, {place(each.platform, each.channel)}
                  {each.attempts > 1 && `, ${each.attempts} tries`}
                  {each.reason && `, ${each.reason}`}
                </small>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
