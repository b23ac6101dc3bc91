import { useEffect, useMemo, useState } from "react";
import { DiscordComposer } from "../discord/DiscordComposer";
import { Forum } from "../discord/Forum";
import { Language } from "../discord/Language";
import { useOffers } from "../discord/offers";
import type { Channel, Message, World } from "../protocol";
import { SlackComposer } from "../slack/SlackComposer";
import { SlackHome } from "../slack/SlackHome";
import { HOME, openThread, see, useStore } from "../store";
import { MessageList } from "./MessageList";
import { Welcome } from "./Welcome";

/** One platform: the place that is open, what is written there, and the field to write in. */
export function Pane({ world }: { world: World }) {
  const { messages, person, places, threads } = useStore();
  const place = places[world.name];
  const channel = world.channels.find(({ id }) => id === place);
  const thread = threads[world.name];
  const me = world.people[person];

  const [shown, replies, inThread] = useMemo(() => {
    const here = messages.filter(
      (each) =>
        each.platform === world.name &&
        each.channel === place &&
        (each.only_for === null || each.only_for === me),
    );
    const counts = new Map<string, number>();
    for (const { thread: root } of here) if (root) counts.set(root, (counts.get(root) ?? 0) + 1);
    const isRoot = (each: Message) => each.thread === null || each.thread === each.id || each.broadcast;
    return [
      here.filter(isRoot),
      counts,
      here.filter((each) => each.id === thread || (each.thread === thread && thread !== null)),
    ];
  }, [messages, world.name, place, me, thread]);

  useEffect(() => see(shown), [person, shown]);

  const name = channel ? channel.name : "Home";
  const offers = useOffers(world, channel?.id ?? "");
  const [answered, setAnswered] = useState<Message | null>(null);
  useEffect(() => setAnswered(null), [place, person]);
  return (
    <section className={`pane ${world.name}`} aria-label={`${world.label}: ${name}`}>
      <header className="pane-header">
        <h1>
          {channel && channel.kind !== "direct" && (
            <span className="hash" aria-hidden="true">{signOf(channel)}</span>
          )}
          {name}
          {channel?.kind === "thread" && <small className="state">{stateOf(channel)}</small>}
        </h1>
        <Language world={world} />
        <span className="pane-label">{world.label}</span>
      </header>
      <div className="pane-body">
        {place === HOME || !channel ? (
          <SlackHome world={world} />
        ) : channel.kind === "forum" ? (
          <Forum key={channel.id} world={world} forum={channel} />
        ) : (
          <div className="pane-main">
            {shown.length ? (
              <MessageList
                world={world}
                messages={shown}
                shortcuts={offers.shortcuts}
                onReply={world.name === "discord" ? setAnswered : undefined}
                replies={replies}
                label={`Messages in ${name} on ${world.label}`}
              />
            ) : (
              <Welcome world={world} channel={channel} name={name} />
            )}
            {world.name === "slack" ? (
              <SlackComposer
                key={channel.id}
                world={world}
                channel={channel.id}
                thread={null}
                placeholder={`Message ${channel.kind === "channel" ? "#" : ""}${name}, or / for commands`}
              />
            ) : (
              <DiscordComposer
                key={channel.id}
                commands={offers.commands}
                channel={channel.id}
                placeholder={`Message ${channel.kind === "direct" ? "@" : "#"}${name}, or / for commands`}
                answered={answered}
                onAnswered={() => setAnswered(null)}
              />
            )}
          </div>
        )}
        {thread && channel && (
          <aside className="thread" aria-label="Thread">
            <header className="pane-header">
              <h2>Thread</h2>
              <button
                type="button"
                className="icon-button"
                aria-label="Close thread"
                onClick={() => openThread(world.name, null)}
              >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                  <path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" strokeWidth="1.6" />
                </svg>
              </button>
            </header>
            <MessageList
              world={world}
              messages={inThread}
              shortcuts={world.shortcuts}
              label="Messages in the thread"
              isThread
            />
            <SlackComposer key={thread} world={world} channel={channel.id} thread={thread} placeholder="Reply" />
          </aside>
        )}
      </div>
    </section>
  );
}

/** The sign before a place's name, as the platforms draw it. */
export function signOf({ kind }: Channel): string {
  return { channel: "#", forum: "▤", thread: "↳", direct: "" }[kind];
}

/** What is to be said of a thread: its tags, and whether it sleeps or is locked. */
function stateOf({ tags = [], archived, locked }: Channel): string {
  return [...tags, archived && "archived", locked && "locked"].filter(Boolean).join(", ");
}
