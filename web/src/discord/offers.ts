import { useEffect, useState } from "react";
import type { Offers, World } from "../protocol";
import { ask, useStore } from "../store";

/** What the person can use in a place: until the server has told it, all that is registered. */
export function useOffers(world: World, channel: string): Offers {
  const { person } = useStore();
  const [offers, setOffers] = useState<Offers | null>(null);
  useEffect(() => {
    setOffers(null);
    if (world.name !== "discord" || !channel) return;
    let isCurrent = true;
    void ask<Offers>({ do: "offers", platform: world.name, channel, person }).then(
      (found) => isCurrent && setOffers(found),
    );
    return () => {
      isCurrent = false;
    };
  }, [world, channel, person]);
  return offers ?? world;
}

/** The name of a command or option as the person sees it. */
export function labelOf({ name, label }: { name: string; label?: string }): string {
  return label ?? name;
}
