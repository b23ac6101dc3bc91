// What travels between the page and the server; readbot/playground/server.py describes it in words.

export type PlatformName = "slack" | "discord";
export type PersonKey = string;
export type Json = Record<string, any>;

export interface Person {
  key: PersonKey;
  name: string;
  role: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "direct" | "forum" | "thread";
  /** Keys of the people who see it; everybody where it is missing. */
  people?: PersonKey[];
  /** Id of the channel whose thread it is, or of the forum whose post. */
  parent?: string;
  /** What a forum's posts can be tagged with, or what a post has. */
  tags?: string[];
  archived?: boolean;
  locked?: boolean;
}

export interface Option {
  name: string;
  /** The name in the person's language, where the platform translates it. */
  label?: string;
  type: "text" | "number" | "switch";
  description: string;
  required: boolean;
  autocomplete: boolean;
  choices: { name: string; value: string | number }[];
  max_length?: number;
  /** The least and the most that a number may be. */
  min?: number;
  max?: number;
}

export interface Command {
  /** With its slash, sub-commands behind a space: "/readbot help". */
  name: string;
  /** The same in the person's language, where the platform translates it. */
  label?: string;
  description: string;
  usage: string;
  /** Null where the platform passes on free text. */
  options: Option[] | null;
}

export interface Shortcut {
  id: string;
  name: string;
}

/** What somebody can use in a place, in their own language. */
export interface Offers {
  commands: Command[];
  shortcuts: Shortcut[];
}

export interface World {
  name: PlatformName;
  label: string;
  workspace: string;
  /** These three: Slack. */
  workspace_id?: string;
  /** All workspaces there are, of which this is one. */
  workspaces?: { id: string; name: string; has_app: boolean }[];
  /** Where the bot lets people install it. */
  install_url?: string | null;
  bot: { id: string; name: string };
  /** The platform's own id of each person, by key. */
  people: Record<PersonKey, string>;
  channels: Channel[];
  commands: Command[];
  /** What a message's menu offers. */
  shortcuts: Shortcut[];
  has_home: boolean;
  /** What each person's client speaks, by key, and what there is to choose from (Discord). */
  locales?: Record<PersonKey, string>;
  languages?: { code: string; name: string }[];
}

export interface Message {
  platform: PlatformName;
  channel: string;
  id: string;
  author: { id: string; name: string; bot: boolean };
  /** Milliseconds since 1970. */
  at: number;
  /** The platform's id of the one person who sees it. */
  only_for: string | null;
  /** Id of the message whose thread this is in. */
  thread: string | null;
  /** Whether the channel sees a reply as well as its thread (Slack). */
  broadcast?: boolean;
  edited: boolean;
  /** The command that this answers: who typed what. */
  answers: { who: string; command: string } | null;
  /** Whether it came without a notification (Discord). */
  silent?: boolean;
  /** Id of the message that this replies to (Discord). */
  reply_to: string | null;
  /** As the platform keeps it. */
  payload: Json;
}

export interface View {
  platform: PlatformName;
  id: string;
  person: PersonKey;
  /** Id of the workspace (Slack). */
  workspace?: string;
  payload: Json;
}

export interface WireEntry {
  number: number;
  platform: PlatformName;
  at: number;
  /** Whether it went to the bot or came from it. */
  to_bot: boolean;
  what: string;
  body: unknown;
  /** What went wrong with it on purpose; empty if nothing. */
  fault: string;
}

export type FaultName = "down" | "rate_limit" | "slow" | "drop";

export interface Status {
  bot: "starting" | "running" | "stopped" | "failed";
  /** Why it failed; else empty. */
  problem: string;
  faults: Record<PlatformName, FaultName | null>;
  /** What the bot's clock shows, in milliseconds since 1970, when this was sent. */
  now: number;
  /** Where the bot's HTTP server has the list for other programs; empty where it shows none. */
  feeds: string[];
  /** Links of the list that are known to be dead. */
  dead_links: DeadLink[];
}

export interface DeadLink {
  url: string;
  title: string;
}

export interface Digests {
  /** When the next digest comes, in milliseconds since 1970; null where no channel has one to come. */
  next_due: number | null;
  subscriptions: {
    id: string;
    platform: PlatformName;
    channel: string;
    state: string;
    /** "Mon 30 Nov, 09:00 Europe/Berlin, in 3 days"; empty when none will come. */
    next: string;
    /** "the whole list". */
    wanted: string;
    done: number;
    total: number;
  }[];
  /** The latest slot first. */
  deliveries: {
    id: string;
    platform: PlatformName;
    channel: string;
    slot: number;
    state: string;
    attempts: number;
    reason: string;
    links: string[];
  }[];
}

export interface Hello {
  event: "hello";
  title: string;
  links: number;
  people: Person[];
  examples: string[];
  worlds: World[];
  messages: Message[];
  homes: View[];
  wire: WireEntry[];
  status: Status;
  digests: Digests | null;
}

export type Push =
  | Hello
  | { event: "world"; world: World }
  | { event: "message"; message: Message }
  | { event: "gone"; platform: PlatformName; channel: string; id: string }
  | { event: "view"; view: View }
  | { event: "view_closed"; platform: PlatformName; id: string }
  | { event: "home"; view: View }
  | { event: "digests"; digests: Digests }
  | { event: "wire"; entry: WireEntry }
  | { event: "status"; status: Status };

/** What a person did, or the operator at the inspector. The server answers each. */
export type Deed = { do: string; platform?: PlatformName; person?: PersonKey } & Json;

interface Waiting {
  resolve: (result: any) => void;
  reject: (problem: Error) => void;
}

/** The websocket to the server: deeds go out and are answered, pushes come in. */
export class Line {
  private socket: WebSocket | null = null;
  private waiting = new Map<number, Waiting>();
  private number = 0;
  private retryMs = 250;

  constructor(
    private readonly onPush: (push: Push) => void,
    private readonly onOpen: (isOpen: boolean) => void,
  ) {
    this.connect();
  }

  async do<Result = unknown>(deed: Deed): Promise<Result> {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) throw new Error("The playground is not running any more.");
    const id = ++this.number;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, ...deed }));
    });
  }

  private connect(): void {
    const socket = new WebSocket(`ws://${location.host}/line`);
    this.socket = socket;
    socket.onopen = () => {
      this.retryMs = 250;
      this.onOpen(true);
    };
    socket.onmessage = (message) => this.take(JSON.parse(message.data));
    socket.onclose = () => {
      for (const { reject } of this.waiting.values()) reject(new Error("The playground has stopped."));
      this.waiting.clear();
      this.onOpen(false);
      setTimeout(() => this.connect(), this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, 4000);
    };
  }

  private take(received: Json): void {
    if (!("re" in received)) {
      this.onPush(received as Push);
      return;
    }
    const waiting = this.waiting.get(received.re);
    this.waiting.delete(received.re);
    if ("problem" in received) waiting?.reject(new Error(received.problem));
    else waiting?.resolve(received.result);
  }
}
