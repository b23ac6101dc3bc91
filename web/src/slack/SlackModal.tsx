import { useEffect, useState } from "react";
import { Dialog } from "../parts/Dialog";
import type { View, World } from "../protocol";
import { act } from "../store";
import { findMissing, isInput } from "./fields";
import { ViewBlocks, useValues } from "./ViewBlocks";

interface Answer {
  /** What is wrong, by block id; missing when the modal has been taken. */
  errors?: Record<string, string>;
}

interface Props {
  view: View;
  world: World;
  /** Whether it lies below another: it stays as it is and is not seen. */
  isBelow: boolean;
}

/** A modal: input blocks become fields, and an answer with errors shows them at their fields. */
export function SlackModal({ view, world, isBelow }: Props) {
  const { payload } = view;
  const [values, hold] = useValues(view);
  const [errors, setErrors] = useState<Record<string, string>>({});
  useEffect(() => setErrors({}), [payload.hash]);

  const submit = async () => {
    const missing = findMissing(payload.blocks, values);
    setErrors(missing);
    if (Object.keys(missing).length) return;
    const answer = await act<Answer>({ do: "submit", platform: "slack", view: view.id, values });
    setErrors(answer?.errors ?? {});
  };
  return (
    <Dialog
      className={`slack-modal ${isBelow ? "is-below" : ""}`}
      title={payload.title.text}
      submit={payload.submit?.text ?? (payload.blocks.some(isInput) ? "Submit" : null)}
      close={payload.close?.text ?? "Cancel"}
      onSubmit={() => void submit()}
      onClose={() => void act({ do: "close", platform: "slack", view: view.id })}
    >
      <ViewBlocks view={view} world={world} values={values} hold={hold} errors={errors} />
    </Dialog>
  );
}
