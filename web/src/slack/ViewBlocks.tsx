import { useCallback, useMemo, useState } from "react";
import type { Json, View, World } from "../protocol";
import { act } from "../store";
import { Blocks } from "./Blocks";
import { Field } from "./Field";
import { isInput, loadFrom, type LoadOptions, type Values } from "./fields";

/** What is in a view's fields: what Slack has of it, and what was put in since. */
export function useValues(view: View): [Values, (blockId: string, actionId: string, held: Json) => void] {
  const [typed, setTyped] = useState<Values>({});
  const kept: Values = view.payload.state.values;
  const values = useMemo(() => {
    // Fields that have left the view are forgotten, those that stay keep what is in them.
    const merged: Values = {};
    for (const [blockId, fields] of Object.entries(kept)) {
      const put = Object.entries(typed[blockId] ?? {}).filter(([actionId]) => actionId in fields);
      merged[blockId] = { ...fields, ...Object.fromEntries(put) };
    }
    return merged;
  }, [kept, typed]);
  const hold = useCallback(
    (blockId: string, actionId: string, held: Json) =>
      setTyped((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: held } })),
    [],
  );
  return [values, hold];
}

interface Props {
  view: View;
  world: World;
  values: Values;
  hold: (blockId: string, actionId: string, held: Json) => void;
  /** What is wrong, by block id. */
  errors?: Record<string, string>;
}

/** The blocks of a modal or of a Home tab, with fields for input blocks. */
export function ViewBlocks({ view, world, values, hold, errors = {} }: Props) {
  const loadOptions = useCallback<LoadOptions>(
    (element, typed) => loadFrom({ view: view.id }, element, typed),
    [view.id],
  );
  const use = (element: Json, more?: Json) =>
    void act({ do: "press", platform: "slack", view: view.id, action: { ...element, ...more }, values });
  return view.payload.blocks.map((block: Json) => {
    if (!isInput(block)) {
      return <Blocks key={block.block_id} blocks={[block]} world={world} loadOptions={loadOptions} onUse={use} />;
    }
    const { block_id, element } = block;
    return (
      <Field
        key={block_id}
        block={block}
        held={values[block_id]?.[element.action_id] ?? {}}
        error={errors[block_id] ?? ""}
        world={world}
        loadOptions={loadOptions}
        onChange={(held) => hold(block_id, element.action_id, held)}
        onUse={(more) => use(element, more)}
      />
    );
  });
}
