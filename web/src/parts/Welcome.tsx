import type { Channel, World } from "../protocol";
import { act, useStore } from "../store";
import { Avatar } from "./Avatar";

interface Props {
  world: World;
  channel: Channel;
  name: string;
}

/** What an empty place shows: three things to try, a click each. */
export function Welcome({ world, channel, name }: Props) {
  const { hello, status } = useStore();
  const command = world.commands.find(({ name: each }) => each === "/llmread");
  const isRunning = status?.bot === "running";
  const isReady = isRunning && command !== undefined;
  const typed = (words: string) => (command?.options ? `/llmread query: ${words}` : `/llmread ${words}`);
  return (
    <div className="messages welcome">
      <div>
        <Avatar name={world.bot.name} isBot />
        <h2>
          {channel.kind === "direct" ? `Your messages with ${name}` : `This is #${name} of ${world.workspace}`}
        </h2>
        <p>
          readbot serves <strong>{hello?.title}</strong>, {hello?.links} {hello?.links === 1 ? "link" : "links"}. It is
          the real bot, on a {world.label} that runs on this machine only.
        </p>
        <ul>
          {hello?.examples.map((words) => (
            <li key={words}>
              <button
                type="button"
                className="example"
                disabled={!isReady}
                onClick={() =>
                  void act({
                    do: "command",
                    platform: world.name,
                    channel: channel.id,
                    name: world.name === "slack" ? "/llmread" : "llmread",
                    ...(command?.options ? { options: { query: words } } : { text: words }),
                  })
                }
              >
                {typed(words)}
              </button>
            </li>
          ))}
        </ul>
        <p className="hint">{isReady ? "Or type / below to see every command." : tellWhy(world, isRunning)}</p>
      </div>
    </div>
  );
}

/** Say why there is nothing to try yet. */
function tellWhy(world: World, isRunning: boolean): string {
  const here = world.workspaces?.find(({ id }) => id === world.workspace_id);
  if (!here || here.has_app) return isRunning ? "Its commands are on their way…" : "The bot is starting…";
  return `readbot is not in ${here.name} yet. “Add to another workspace”, at the left, lets it in.`;
}
