import type { View, World } from "../protocol";
import { useStore } from "../store";
import { ViewBlocks, useValues } from "./ViewBlocks";

/** Somebody's App Home: what the bot has published for them. */
export function SlackHome({ world }: { world: World }) {
  const { homes, person } = useStore();
  const home = homes.find((each) => each.person === person && each.workspace === world.workspace_id);
  return (
    <div className="messages home" role="region" aria-label="App Home" tabIndex={0}>
      {home ? <Home key={home.id} home={home} world={world} /> : <p className="empty">Nothing here yet.</p>}
    </div>
  );
}

function Home({ home, world }: { home: View; world: World }) {
  const [values, hold] = useValues(home);
  return <ViewBlocks view={home} world={world} values={values} hold={hold} />;
}
