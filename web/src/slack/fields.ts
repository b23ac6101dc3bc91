// What Slack's fields and menus hold, and how an element tells it.
// Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload

import type { Pick } from "../parts/Picker";
import type { Json, World } from "../protocol";
import { ask } from "../store";

/** Slack's ``state.values``: by block id and action id, the element's type and what it holds. */
export type Values = Record<string, Record<string, Json>>;
export type LoadOptions = (element: Json, typed: string) => Promise<Pick[]>;

/** Menus of what the workspace has, by what they call a pick. */
const OF_WORKSPACE: Record<string, string> = {
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  users_select: "selected_user",
};

export function isInput(block: Json): boolean {
  return block.type === "input";
}

export function isMenu(element: Json): boolean {
  return /_select$|^overflow$/.test(element.type);
}

export function toPick(option: Json): Pick {
  return { label: option.text.text, detail: option.description?.text, value: option.value };
}

export function optionsOf(element: Json): Json[] {
  return element.options ?? (element.option_groups ?? []).flatMap((group: Json) => group.options);
}

/** All that a menu offers by itself; an external one asks the bot instead. */
export function picksOf(element: Json, world: World, people: Pick[]): Pick[] {
  if (element.type === "users_select") return people;
  if (!OF_WORKSPACE[element.type]) return optionsOf(element).map(toPick);
  return world.channels
    .filter(({ kind }) => kind === "channel")
    .map(({ id, name }) => ({ label: `#${name}`, value: id }));
}

/** What a pick adds to its element. */
export function picked(element: Json, pick: Pick): Json {
  const key = OF_WORKSPACE[element.type];
  if (key) return { [key]: pick.value };
  const known = optionsOf(element).find((option) => option.value === pick.value);
  const named = { text: { type: "plain_text", text: pick.label }, value: pick.value };
  return { selected_option: known ?? named };
}

/** The pick that a field holds, if any. */
export function chosenOf(held: Json, picks: Pick[]): Pick | null {
  if (held.selected_option) return toPick(held.selected_option);
  const id = held[OF_WORKSPACE[held.type] ?? ""];
  return picks.find(({ value }) => value === id) ?? null;
}

/** What Slack's client itself asks for before it sends anything. */
export function findMissing(blocks: Json[], values: Values): Record<string, string> {
  const missing: Record<string, string> = {};
  for (const { block_id, element, optional } of blocks.filter(isInput)) {
    const { type: _type, ...held } = values[block_id]?.[element.action_id] ?? {};
    const isFilled = Object.values(held).some((value) => (Array.isArray(value) ? value.length : value));
    if (!isFilled && !optional) missing[block_id] = "Please complete this required field.";
  }
  return missing;
}

/** Ask the bot what an external menu offers; *where* names the message or view. */
export async function loadFrom(where: Json, element: Json, typed: string): Promise<Pick[]> {
  const deed = { do: "options", platform: "slack" as const, ...where, action_id: element.action_id, typed };
  return ((await ask<Json[]>(deed)) ?? []).map(toPick);
}
