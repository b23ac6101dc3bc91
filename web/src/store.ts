// Everything the page knows, and how a push from the server changes it.

import { useSyncExternalStore } from "react";
import { setClock } from "./parts/time";
import {
  Line,
  type Deed,
  type Digests,
  type Hello,
  type Message,
  type PersonKey,
  type PlatformName,
  type Push,
  type Status,
  type View,
  type WireEntry,
  type World,
} from "./protocol";

export type Layout = PlatformName | "both";
export type Theme = "light" | "dark";

/** The pretended id of the place that shows somebody's App Home. */
export const HOME = "home";

const MAX_WIRE = 400;

export interface State {
  isConnected: boolean;
  hello: Hello | null;
  worlds: Partial<Record<PlatformName, World>>;
  messages: Message[];
  homes: View[];
  views: View[];
  wire: WireEntry[];
  status: Status | null;
  digests: Digests | null;
  person: PersonKey;
  layout: Layout;
  theme: Theme;
  /** Which channel each platform shows. */
  places: Record<PlatformName, string>;
  /** What everybody has seen: a person's key and a message's place and id. */
  seen: ReadonlySet<string>;
  /** The message whose thread is open. */
  threads: Record<PlatformName, string | null>;
  inspectorIsOpen: boolean;
  sidebarIsOpen: boolean;
  /** Sentences for the person, newest last. */
  notices: { id: number; text: string }[];
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const isWide = matchMedia("(min-width: 1100px)");

let state: State = {
  isConnected: false,
  hello: null,
  worlds: {},
  messages: [],
  homes: [],
  views: [],
  wire: [],
  status: null,
  digests: null,
  person: "ada",
  layout: readLayout(),
  theme: readTheme(),
  places: { slack: "", discord: "" },
  seen: new Set(),
  threads: { slack: null, discord: null },
  inspectorIsOpen: false,
  sidebarIsOpen: false,
  notices: [],
};
const listeners = new Set<() => void>();
const line = new Line(take, (isConnected) => set({ isConnected }));

dark.addEventListener("change", () => {
  if (!localStorage.getItem("theme")) set({ theme: readTheme() });
});

export function useStore(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function set(change: Partial<State>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

/** Let a person do something; what went wrong becomes a notice, and null the result. */
export async function act<Result = unknown>(deed: Deed): Promise<Result | null> {
  try {
    return await line.do<Result>({ person: state.person, ...deed });
  } catch (problem) {
    notify((problem as Error).message);
    return null;
  }
}

/** The same, for what happens while a person types: silent when it fails. */
export async function ask<Result>(deed: Deed): Promise<Result | null> {
  try {
    return await line.do<Result>({ person: state.person, ...deed });
  } catch {
    return null;
  }
}

let noticeNumber = 0;

export function notify(text: string): void {
  const id = ++noticeNumber;
  set({ notices: [...state.notices.slice(-2), { id, text }] });
  setTimeout(() => set({ notices: state.notices.filter((notice) => notice.id !== id) }), 6000);
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem("theme", theme);
  set({ theme });
}

export function chooseLayout(layout: Layout): void {
  localStorage.setItem("layout", layout);
  set({ layout, sidebarIsOpen: false });
}

export function choosePerson(person: PersonKey): void {
  const places = { ...state.places };
  for (const world of Object.values(state.worlds)) {
    const here = world.channels.find((channel) => channel.id === places[world.name]);
    if (here?.kind === "direct") {
      places[world.name] =
        world.channels.find((each) => each.kind === "direct" && each.people?.includes(person))?.id ?? "";
    }
  }
  set({ person, places, threads: { slack: null, discord: null } });
  for (const { name } of Object.values(state.worlds)) if (places[name] === HOME) openHome(name);
}

export function choosePlace(platform: PlatformName, place: string): void {
  set({
    places: { ...state.places, [platform]: place },
    threads: { ...state.threads, [platform]: null },
    sidebarIsOpen: false,
    layout: state.layout === "both" ? "both" : platform,
  });
  if (place === HOME) openHome(platform);
}

/** Let Slack tell the bot that the person looks at its Home, which it then publishes for them. */
function openHome(platform: PlatformName): void {
  void act({ do: "open_home", platform });
}

export function openThread(platform: PlatformName, id: string | null): void {
  set({ threads: { ...state.threads, [platform]: id } });
}

/** Remember that the person has seen messages. */
export function see(messages: Message[]): void {
  const news = messages.map((each) => sightOf(state.person, each)).filter((sight) => !state.seen.has(sight));
  if (news.length) set({ seen: new Set([...state.seen, ...news]) });
}

/** Tell whether somebody wrote into a channel, since the page was opened, what the person has not seen. */
export function hasNews({ person, messages, seen }: State, world: World, channel: string): boolean {
  const me = world.people[person];
  return messages.some(
    (each) =>
      each.platform === world.name &&
      each.channel === channel &&
      each.author.id !== me &&
      (each.only_for === null || each.only_for === me) &&
      !seen.has(sightOf(person, each)),
  );
}

function sightOf(person: PersonKey, { platform, channel, id }: Message): string {
  return `${person} ${platform} ${channel} ${id}`;
}

function take(push: Push): void {
  switch (push.event) {
    case "hello":
      return takeHello(push);
    case "world":
      return takeWorld(push.world);
    case "message":
      return set({
        messages: put(
          state.messages,
          push.message,
          (each) => isSame(each, push.message) && each.channel === push.message.channel,
        ),
      });
    case "gone":
      return set({
        messages: state.messages.filter((each) => !(isSame(each, push) && each.channel === push.channel)),
      });
    case "view":
      return set({ views: put(state.views, push.view, ({ id }) => id === push.view.id) });
    case "view_closed":
      return set({ views: state.views.filter((each) => each.id !== push.id) });
    case "home":
      return set({ homes: put(state.homes, push.view, ({ id }) => id === push.view.id) });
    case "digests":
      return set({ digests: push.digests });
    case "wire":
      return set({ wire: [...state.wire.slice(1 - MAX_WIRE), push.entry] });
    case "status":
      setClock(push.status.now);
      return set({ status: push.status });
  }
}

function takeHello(hello: Hello): void {
  setClock(hello.status.now);
  const worlds: State["worlds"] = {};
  const places = { ...state.places };
  for (const world of hello.worlds) {
    worlds[world.name] = world;
    if (!world.channels.some((channel) => channel.id === places[world.name])) {
      places[world.name] = world.channels[0]?.id ?? "";
    }
  }
  set({
    hello,
    worlds,
    places,
    messages: hello.messages,
    seen: new Set(hello.people.flatMap(({ key }) => hello.messages.map((each) => sightOf(key, each)))),
    homes: hello.homes,
    views: [],
    wire: hello.wire,
    status: hello.status,
    digests: hello.digests,
    person: hello.people.some(({ key }) => key === state.person) ? state.person : hello.people[0]!.key,
  });
}

/** Replace what fits by *value*, in its place, or add it at the end. */
function put<Value>(values: Value[], value: Value, fits: (each: Value) => boolean): Value[] {
  const place = values.findIndex(fits);
  return place < 0 ? [...values, value] : values.with(place, value);
}

/** Show a world as it is now; in another workspace, or where the place is gone, its first channel. */
function takeWorld(world: World): void {
  const { name, channels, has_home } = world;
  const isHome = state.places[name] === HOME && has_home;
  const isThere = channels.some(({ id }) => id === state.places[name]) || isHome;
  const isOther = state.worlds[name]?.workspace_id !== world.workspace_id;
  set({ worlds: { ...state.worlds, [name]: world } });
  if (isHome && isOther) openHome(name);
  if (!isThere) {
    set({
      places: { ...state.places, [name]: channels[0]?.id ?? "" },
      threads: { ...state.threads, [name]: null },
    });
  }
}

function isSame(one: { platform: string; id: string }, other: { platform: string; id: string }): boolean {
  return one.platform === other.platform && one.id === other.id;
}

function readTheme(): Theme {
  const chosen = localStorage.getItem("theme");
  return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
}

function readLayout(): Layout {
  const chosen = localStorage.getItem("layout");
  if (chosen === "slack" || chosen === "discord" || chosen === "both") return chosen;
  return isWide.matches ? "both" : "slack";
}
