import { useCallback, useMemo } from "react";
import { Avatar } from "../parts/Avatar";
import { timeOf } from "../parts/time";
import type { Json, Message, World } from "../protocol";
import { act } from "../store";
import { Blocks } from "./Blocks";
import { loadFrom, type LoadOptions } from "./fields";

export function SlackMessage({ message, world }: { message: Message; world: World }) {
  const { author, payload, id, channel } = message;
  const blocks = useMemo<Json[]>(
    () =>
      author.bot && payload.blocks?.length
        ? payload.blocks
        : [{ type: "section", text: { type: "mrkdwn", text: payload.text || " " } }],
    [author.bot, payload],
  );
  const onUse = useCallback(
    (element: Json, picked?: Json) =>
      void act({ do: "press", platform: "slack", channel, message: id, action: { ...element, ...picked } }),
    [channel, id],
  );
  const loadOptions = useCallback<LoadOptions>(
    (element, typed) => loadFrom({ channel, message: id }, element, typed),
    [channel, id],
  );
  return (
    <div className={`slack-message ${message.only_for ? "is-private" : ""}`}>
      <Avatar name={author.name} isBot={author.bot} />
      <div className="slack-body">
        {message.only_for && (
          <p className="only-you">
            <Eye /> Only visible to you
          </p>
        )}
        <p className="byline">
          <strong>{author.name}</strong>
          {author.bot && <span className="badge">App</span>}
          <time dateTime={new Date(message.at).toISOString()}>{timeOf(message.at)}</time>
        </p>
        <Blocks blocks={blocks} world={world} onUse={onUse} loadOptions={loadOptions} />
        {message.edited && !message.only_for && <small className="edited">(edited)</small>}
      </div>
    </div>
  );
}

export function Eye() {
  return (
    <svg className="eye" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </svg>
  );
}
