import type { Channel, World } from "../protocol";
import {
  HOME,
  act,
  chooseLayout,
  choosePerson,
  choosePlace,
  chooseTheme,
  hasNews,
  useStore,
  type Layout,
} from "../store";
import { Avatar } from "./Avatar";
import { signOf } from "./Pane";

const LAYOUTS: [Layout, string][] = [
  ["slack", "Slack"],
  ["discord", "Discord"],
  ["both", "Both"],
];

export function Sidebar() {
  const { hello, worlds, person, layout, theme, sidebarIsOpen } = useStore();
  const shown = Object.values(worlds).filter(({ name }) => layout === "both" || layout === name);
  return (
    <nav className={`sidebar ${sidebarIsOpen ? "is-open" : ""}`} aria-label="Places">
      <div className="brand">
        <Avatar name="readbot" isBot />
        <div>
          <strong>readbot</strong>
          <small>playground</small>
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label={theme === "dark" ? "Switch to light" : "Switch to dark"}
          onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
        >
          {theme === "dark" ? <Sun /> : <Moon />}
        </button>
      </div>
      <Segments
        legend="Platform"
        name="layout"
        options={LAYOUTS.map(([value, label]) => ({ value, label }))}
        chosen={layout}
        onChoose={(value) => chooseLayout(value as Layout)}
      />
      {shown.map((world) => (
        <Places key={world.name} world={world} />
      ))}
      <Feeds />
      <div className="who">
        <Segments
          legend="You are"
          name="person"
          isLegendShown
          options={(hello?.people ?? []).map(({ key, name, role }) => ({ value: key, label: name, detail: role }))}
          chosen={person}
          onChoose={choosePerson}
        />
      </div>
    </nav>
  );
}

/** The list for other programs, on the bot's own HTTP server. */
function Feeds() {
  const { status } = useStore();
  if (!status?.feeds.length) return null;
  return (
    <div className="places">
      <h2>The list elsewhere</h2>
      <ul>
        {status.feeds.map((url) => (
          <li key={url}>
            <a href={url} target="_blank" rel="noreferrer">
              <span className="sign" aria-hidden="true">→</span> {new URL(url).pathname}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Places({ world }: { world: World }) {
  const { person, places } = useStore();
  const visible = world.channels.filter(({ people }) => !people || people.includes(person));
  // Threads stand below their channel; one that sleeps is shown while somebody is in it.
  const channels = visible.filter(
    ({ id, kind, archived }) => kind !== "direct" && (!archived || places[world.name] === id),
  );
  const direct = visible.filter(({ kind }) => kind === "direct");
  return (
    <div className="places">
      <h2>
        {world.workspace} <small>{world.label}</small>
      </h2>
      {world.workspaces && (
        <Segments
          legend="Workspace"
          name="workspace"
          options={world.workspaces.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={world.workspace_id ?? ""}
          onChoose={(to) => void act({ do: "workspace", platform: world.name, to })}
        />
      )}
      <ul>
        {channels.map((channel) => (
          <Place key={channel.id} world={world} channel={channel} isHere={places[world.name] === channel.id} />
        ))}
        {direct.map((channel) => (
          <Place key={channel.id} world={world} channel={channel} isHere={places[world.name] === channel.id} />
        ))}
        {world.has_home && (
          <li>
            <button
              type="button"
              aria-current={places[world.name] === HOME ? "page" : undefined}
              onClick={() => choosePlace(world.name, HOME)}
            >
              <span className="sign" aria-hidden="true">⌂</span> Home
            </button>
          </li>
        )}
        {world.workspaces && <Installing world={world} />}
      </ul>
    </div>
  );
}

/** What lets the bot into a workspace, by its own page, and takes it out of this one. */
function Installing({ world }: { world: World }) {
  const isHere = world.workspaces?.some(({ id, has_app }) => id === world.workspace_id && has_app);
  return (
    <>
      {world.install_url && (
        <li>
          <a href={world.install_url} target="_blank" rel="noreferrer">
            <span className="sign" aria-hidden="true">+</span> Add to another workspace
          </a>
        </li>
      )}
      {isHere && (
        <li>
          <button type="button" className="removal" onClick={() => void act({ do: "uninstall", platform: world.name })}>
            <span className="sign" aria-hidden="true">−</span> Remove from {world.workspace}
          </button>
        </li>
      )}
    </>
  );
}

function Place({ world, channel, isHere }: { world: World; channel: Channel; isHere: boolean }) {
  const isNew = hasNews(useStore(), world, channel.id) && !isHere;
  return (
    <li className={channel.kind === "thread" ? "is-thread" : undefined}>
      <button
        type="button"
        aria-current={isHere ? "page" : undefined}
        className={isNew ? "has-news" : undefined}
        onClick={() => choosePlace(world.name, channel.id)}
      >
        {channel.kind === "direct" ? (
          <Avatar name={world.bot.name} isBot />
        ) : (
          <span className="sign" aria-hidden="true">{signOf(channel)}</span>
        )}
        {channel.name}
        {isNew && <span className="sr-only">has news</span>}
        {channel.kind === "direct" && <small>direct message</small>}
      </button>
    </li>
  );
}

interface SegmentsProps {
  legend: string;
  name: string;
  options: { value: string; label: string; detail?: string }[];
  chosen: string;
  onChoose: (value: string) => void;
  isLegendShown?: boolean;
}

export function Segments({ legend, name, options, chosen, onChoose, isLegendShown = false }: SegmentsProps) {
  return (
    <fieldset className="segments">
      <legend className={isLegendShown ? "" : "sr-only"}>{legend}</legend>
      <div>
        {options.map(({ value, label, detail }) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={chosen === value}
              onChange={() => onChoose(value)}
            />
            <span>
              {label} {detail && <small>{detail}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Sun() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="3" fill="currentColor" />
      <path
        d="M8 1v2m0 10v2M1 8h2m10 0h2M3 3l1.5 1.5m7 7L13 13M3 13l1.5-1.5m7-7L13 3"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </svg>
  );
}

function Moon() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z" fill="currentColor" />
    </svg>
  );
}
