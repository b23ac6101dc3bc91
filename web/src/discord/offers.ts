import { useEffect, useState } from "react";
import type { Offers, World } from "../protocol";
import { ask, useStore } from "../store";

interface Told {
  offers: Offers;
  channel: string;
  person: string;
}

/**
 * What the person can use in a place: until the server has told it, all that is registered. What it told
 * before stays while it is asked again, for a person may be typing meanwhile.
 */
export function useOffers(world: World, channel: string): Offers {
  const { person } = useStore();
  const [told, setTold] = useState<Told | null>(null);
  useEffect(() => {
    if (world.name !== "discord" || !channel) return;
    let isCurrent = true;
    void ask<Offers>({ do: "offers", platform: world.name, channel, person }).then(
      (offers) => isCurrent && offers && setTold({ offers, channel, person }),
    );
    return () => {
      isCurrent = false;
    };
  }, [world, channel, person]);
  return told?.channel === channel && told.person === person ? told.offers : world;
}

/** The name of a command or option as the person sees it. */
export function labelOf({ name, label }: { name: string; label?: string }): string {
  return label ?? name;
}
