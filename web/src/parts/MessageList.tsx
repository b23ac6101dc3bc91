import { Fragment, useEffect, useRef, type RefObject } from "react";
import { DiscordMessage } from "../discord/DiscordMessage";
import type { Message, PersonKey, Shortcut, World } from "../protocol";
import { SlackMessage } from "../slack/SlackMessage";
import { act, choosePlace, openThread, useStore } from "../store";
import { Menu, type MenuItem } from "./Menu";
import { dayOf, timeOf } from "./time";

interface Props {
  world: World;
  messages: Message[];
  label: string;
  shortcuts: Shortcut[];
  /** Answer a message, where the platform has answers outside threads. */
  onReply?: (message: Message) => void;
  /** Ids of messages with replies, and how many. */
  replies?: Map<string, number>;
  isThread?: boolean;
}

/** The messages of a place, newest at the end and in sight; news are read out. */
export function MessageList({
  world,
  messages,
  label,
  shortcuts,
  onReply,
  replies = new Map(),
  isThread = false,
}: Props) {
  const { hello, person } = useStore();
  const isAdmin = hello?.people.some(({ key, role }) => key === person && role === "admin") ?? false;
  const scroller = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  useShowNewest(scroller, `${last?.id} ${JSON.stringify(last?.payload)}`);
  return (
    <div className="messages" ref={scroller} role="log" aria-label={label} tabIndex={0}>
      <h2 className="sr-only">{label}</h2>
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
              <Menu label="More actions" items={itemsOf({ message, world, shortcuts, person, isAdmin, isThread, onReply })} />
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

/** Keep the newest message in sight: when it comes or changes, and when the box changes its size. */
function useShowNewest(scroller: RefObject<HTMLDivElement | null>, newest: string): void {
  useEffect(() => {
    const box = scroller.current!;
    let isFollowing = true;
    const show = () => {
      const message = box.querySelector<HTMLElement>(".message:last-of-type");
      if (!message || !isFollowing) return;
      // A tall answer is read from its beginning.
      const isTall = message.offsetHeight > box.clientHeight - 24;
      box.scrollTop = isTall ? message.offsetTop - 12 : box.scrollHeight;
    };
    const onScroll = () => (isFollowing = false);
    // Custom elements and fonts draw later and change sizes.
    const observer = new ResizeObserver(show);
    observer.observe(box);
    for (const child of box.children) observer.observe(child);
    box.addEventListener("wheel", onScroll, { passive: true });
    box.addEventListener("touchmove", onScroll, { passive: true });
    box.addEventListener("keydown", onScroll);
    return () => {
      observer.disconnect();
      box.removeEventListener("wheel", onScroll);
      box.removeEventListener("touchmove", onScroll);
      box.removeEventListener("keydown", onScroll);
    };
  }, [scroller, newest]);
}

interface Circumstances {
  message: Message;
  world: World;
  shortcuts: Shortcut[];
  person: PersonKey;
  isAdmin: boolean;
  isThread: boolean;
  onReply?: (message: Message) => void;
}

function itemsOf({ message, world, shortcuts, person, isAdmin, isThread, onReply }: Circumstances): MenuItem[] {
  const { platform, channel, id } = message;
  const where = { platform, channel, message: id };
  if (message.only_for) {
    return [{ label: "Dismiss message", onPick: () => void act({ do: "dismiss", ...where }) }];
  }
  const items: MenuItem[] = shortcuts.map((shortcut) => ({
    label: shortcut.name,
    onPick: () => void act({ do: "shortcut", ...where, shortcut: shortcut.id }),
  }));
  if (platform === "slack" && !isThread) {
    items.unshift({ label: "Reply in thread", onPick: () => openThread(platform, message.thread ?? id) });
  }
  if (onReply) items.unshift({ label: "Reply", onPick: () => onReply(message) });
  const place = world.channels.find(({ id: each }) => each === channel);
  if (platform === "discord" && place?.kind === "channel" && !message.payload.thread) {
    items.push({ label: "Create thread", onPick: () => void startThread(message) });
  }
  const isOwn = message.author.id === world.people[person];
  if (platform === "discord" ? isOwn || isAdmin : !message.author.bot) {
    items.push({ label: "Delete message", isDanger: true, onPick: () => void act({ do: "delete", ...where }) });
  }
  return items;
}

/** Begin the thread of a message, named after its words, and go there. */
async function startThread(message: Message): Promise<void> {
  const { platform, channel, id, payload } = message;
  const name = String(payload.content || "Thread").replace(/<[@#]!?\d+>/g, "").trim().slice(0, 40) || "Thread";
  const made = await act<{ channel: string }>({ do: "thread", platform, channel, message: id, name });
  if (made) choosePlace(platform, made.channel);
}
