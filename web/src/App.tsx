import { useEffect } from "react";
import { DiscordModal } from "./discord/DiscordModal";
import { Travel } from "./parts/Digests";
import { Clock, Inspector } from "./parts/Inspector";
import { Pane } from "./parts/Pane";
import { Sidebar } from "./parts/Sidebar";
import { SlackModal } from "./slack/SlackModal";
import { set, useStore } from "./store";

export function App() {
  const { hello, isConnected, theme, layout, worlds, views, person, notices, inspectorIsOpen, sidebarIsOpen } =
    useStore();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && set({ sidebarIsOpen: false });
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  if (!hello) return <p className="loading" role="status">{isConnected ? "Loading…" : "Connecting…"}</p>;

  const shown = Object.values(worlds).filter(({ name }) => layout === "both" || layout === name);
  const open = views.filter(
    (each) => each.person === person && each.workspace === worlds[each.platform]?.workspace_id,
  );
  const top = open.at(-1);
  return (
    <div className={`app layout-${layout} ${inspectorIsOpen ? "with-inspector" : ""}`}>
      <a className="skip" href="#main">
        Skip to the messages
      </a>
      <Sidebar />
      {sidebarIsOpen && <div className="shade" onClick={() => set({ sidebarIsOpen: false })} />}
      <div className="middle">
        <header className="topbar">
          <button
            type="button"
            className="icon-button only-narrow"
            aria-label="Places"
            aria-expanded={sidebarIsOpen}
            onClick={() => set({ sidebarIsOpen: !sidebarIsOpen })}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" strokeWidth="1.5" />
            </svg>
          </button>
          <Travel />
          <Clock />
          <button
            type="button"
            className="button"
            aria-expanded={inspectorIsOpen}
            onClick={() => set({ inspectorIsOpen: !inspectorIsOpen })}
          >
            Inspector
          </button>
        </header>
        <main id="main" tabIndex={-1}>
          {shown.map((world) => (
            <Pane key={world.name} world={world} />
          ))}
        </main>
      </div>
      <Inspector />
      {open.map(
        (view) =>
          view.platform === "slack" && (
            <SlackModal key={view.id} view={view} world={worlds.slack!} isBelow={view !== top} />
          ),
      )}
      {top?.platform === "discord" && <DiscordModal key={top.id} view={top} world={worlds.discord!} />}
      <div className="notices" role="status" aria-live="polite">
        {!isConnected && <p>The playground has stopped. Start it again and this page goes on.</p>}
        {notices.map(({ id, text }) => (
          <p key={id}>{text}</p>
        ))}
      </div>
    </div>
  );
}
