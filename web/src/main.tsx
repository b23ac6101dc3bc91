import { createRoot } from "react-dom/client";
import { App } from "./App";
import { dress } from "./discord/looks";
import "slack-blocks-to-jsx/dist/style.css";
import "./style/fonts.css";
import "./style/page.css";
import "./style/places.css";
import "./style/messages.css";
import "./style/composer.css";
import "./style/discord.css";
import "./style/inspector.css";

dress();
createRoot(document.getElementById("root")!).render(<App />);
