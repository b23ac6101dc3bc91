import { useCallback, useMemo } from "react";
import { avatarUrl } from "../parts/Avatar";
import { Placeholder } from "../parts/Placeholder";
import { timeOf } from "../parts/time";
import type { Json, Message, World } from "../protocol";
import { act, useStore } from "../store";
import { Eye } from "../slack/SlackMessage";
import { Components, toColour } from "./Components";
import { drawMarkdown, type Names } from "./markdown";

const IS_LOADING = 1 << 7;

interface Props {
  message: Message;
  world: World;
  repliedTo: Message | null;
}

export function DiscordMessage({ message, world, repliedTo }: Props) {
  const names = useNames(world);
  const { author, payload, id, channel, answers } = message;
  const isLight = names.isLight;
  const onUse = useCallback(
    (component: Json, values?: string[]) =>
      void act({
        do: "press",
        platform: "discord",
        channel,
        message: id,
        action: { custom_id: component.custom_id, type: component.type, values: values ?? null },
      }),
    [channel, id],
  );
  return (
    // The library reads the theme once: another theme needs new elements.
    <discord-messages key={String(isLight)} lightTheme={isLight} noBackground className={message.only_for ? "is-private" : ""}>
      <discord-message
        author={author.name}
        avatar={avatarUrl(author.name, author.bot)}
        bot={author.bot}
        edited={message.edited}
        timestamp={timeOf(message.at)}
        lightTheme={isLight}
      >
        {answers && (
          <discord-command
            slot="reply"
            author={answers.who}
            avatar={avatarUrl(answers.who, false)}
            command={answers.command.replace(/^\//, "")}
            lightTheme={isLight}
          />
        )}
        {repliedTo && (
          <discord-reply
            slot="reply"
            author={repliedTo.author.name}
            avatar={avatarUrl(repliedTo.author.name, repliedTo.author.bot)}
            bot={repliedTo.author.bot}
            lightTheme={isLight}
          >
            {repliedTo.payload.content ? drawMarkdown(repliedTo.payload.content, names) : "Click to see the message"}
          </discord-reply>
        )}
        {Number(payload.flags) & IS_LOADING ? (
          <em className="thinking">{author.name} is thinking…</em>
        ) : (
          drawMarkdown(payload.content ?? "", names)
        )}
        {message.silent && (
          <small className="silent" title="Nobody was notified">
            <span aria-hidden="true">🔕</span> @silent
          </small>
        )}
        {(payload.embeds ?? []).map((embed: Json, index: number) => (
          <Embed key={index} embed={embed} names={names} />
        ))}
        <div slot="components">
          <Components components={payload.components ?? []} names={names} onUse={onUse} />
        </div>
        {message.only_for && (
          <p slot="thread" className="only-you">
            <Eye /> Only you can see this ·{" "}
            <button
              type="button"
              className="link-button"
              onClick={() => void act({ do: "dismiss", platform: "discord", channel, message: id })}
            >
              Dismiss message
            </button>
          </p>
        )}
      </discord-message>
    </discord-messages>
  );
}

function Embed({ embed, names }: { embed: Json; names: Names }) {
  const { isLight } = names;
  const picture = embed.image?.url ?? embed.thumbnail?.url;
  return (
    <discord-embed
      slot="embeds"
      color={toColour(embed.color) ?? undefined}
      embedTitle={embed.title}
      url={embed.url}
      lightTheme={isLight}
    >
      {embed.description && (
        <discord-embed-description slot="description">
          {drawMarkdown(embed.description, names)}
          {picture && <Placeholder alt="" url={picture} />}
        </discord-embed-description>
      )}
      {embed.fields?.length > 0 && (
        <discord-embed-fields slot="fields">
          {embed.fields.map((field: Json, index: number) => (
            <discord-embed-field key={index} fieldTitle={field.name} inline={field.inline} lightTheme={isLight}>
              {drawMarkdown(field.value, names)}
            </discord-embed-field>
          ))}
        </discord-embed-fields>
      )}
      {embed.footer?.text && (
        <discord-embed-footer slot="footer" lightTheme={isLight}>
          {embed.footer.text}
        </discord-embed-footer>
      )}
    </discord-embed>
  );
}

export function useNames(world: World): Names {
  const { hello, theme } = useStore();
  return useMemo(
    () => ({
      person: (id) => {
        const person = hello?.people.find(({ key }) => world.people[key] === id);
        return person?.name ?? (id === world.bot.id ? world.bot.name : "someone");
      },
      channel: (id) => world.channels.find((channel) => channel.id === id)?.name ?? "unknown",
      isLight: theme === "light",
    }),
    [hello, world, theme],
  );
}
