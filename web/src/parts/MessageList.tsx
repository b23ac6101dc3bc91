import { Fragment, useEffect, useRef } from "react";
import { DiscordMessage } from "../discord/DiscordMessage";
import type { Message, World } from "../protocol";
import { SlackMessage } from "../slack/SlackMessage";
import { act, openThread } from "../store";
import { Menu, type MenuItem } from "./Menu";
import { dayOf, timeOf } from "./time";

interface Props {
  world: World;
  messages: Message[];
  label: string;
  /** Ids of messages with replies, and how many. */
  replies?: Map<string, number>;
  isThread?: boolean;
}

/** The messages of a place, newest at the end and in sight; news are read out. */
export function MessageList({ world, messages, label, replies = new Map(), isThread = false }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    // A tall answer is read from its beginning; what is drawn later (custom elements) still moves it.
    const show = () => {
      const newest = box.querySelector<HTMLElement>(".message:last-of-type");
      if (!newest) return;
      const isTall = newest.offsetHeight > box.clientHeight - 24;
      box.scrollTop = isTall ? newest.offsetTop - 12 : box.scrollHeight;
    };
    const frame = requestAnimationFrame(() => requestAnimationFrame(show));
    return () => cancelAnimationFrame(frame);
  }, [last?.id, last?.payload]);
  return (
    <div className="messages" ref={scroller} role="log" aria-label={label} tabIndex={0}>
      {messages.map((message, index) => {
        const isNewDay = !isThread && (index === 0 || dayOf(messages[index - 1]!.at) !== dayOf(message.at));
        return (
          <Fragment key={message.id}>
            {isNewDay && (
              <p className="day">
                <span>{dayOf(message.at)}</span>
              </p>
            )}
            <article
              className={`message ${message.only_for ? "is-private" : ""}`}
              data-id={message.id}
              aria-label={`${message.author.name}, ${timeOf(message.at)}${message.only_for ? ", only visible to you" : ""}`}
            >
              {world.name === "slack" ? (
                <SlackMessage message={message} world={world} />
              ) : (
                <DiscordMessage
                  message={message}
                  world={world}
                  repliedTo={messages.find(({ id }) => id === message.reply_to) ?? null}
                />
              )}
              <Menu label="More actions" items={itemsOf(message, world, isThread)} />
              {!isThread && (replies.get(message.id) ?? 0) > 0 && (
                <button
                  type="button"
                  className="replies link-button"
                  onClick={() => openThread(message.platform, message.id)}
                >
                  {replies.get(message.id)} {replies.get(message.id) === 1 ? "reply" : "replies"}
                </button>
              )}
            </article>
          </Fragment>
        );
      })}
    </div>
  );
}

function itemsOf(message: Message, world: World, isThread: boolean): MenuItem[] {
  const { platform, channel, id } = message;
  const where = { platform, channel, message: id };
  if (message.only_for) {
    return [{ label: "Dismiss message", onPick: () => void act({ do: "dismiss", ...where }) }];
  }
  const items: MenuItem[] = world.shortcuts.map((shortcut) => ({
    label: shortcut.name,
    onPick: () => void act({ do: "shortcut", ...where, shortcut: shortcut.id }),
  }));
  if (platform === "slack" && !isThread) {
    items.unshift({ label: "Reply in thread", onPick: () => openThread(platform, message.thread ?? id) });
  }
  if (!message.author.bot) {
    items.push({ label: "Delete message", isDanger: true, onPick: () => void act({ do: "delete", ...where }) });
  }
  return items;
}
