/** Puts the page together. */

import { applyTheme, chooseTheme } from "./base/colours.js";
import { start } from "./base/server.js";
import { firstLanguage, speak } from "./base/texts.js";
import { keyboard } from "./controls/keyboard.js";
import { menu, remembered } from "./controls/menu.js";
import { notice } from "./controls/notice.js";
import { numbers } from "./controls/numbers.js";
import { panel } from "./controls/panel.js";
import { playback } from "./controls/playback.js";
import { quick } from "./controls/quick.js";
import { timeline } from "./controls/timeline.js";
import { address } from "./share/address.js";
import { boundary } from "./views/boundary.js";
import { card } from "./views/card.js";
import { chart } from "./views/chart.js";
import { diagram } from "./views/diagram.js";
import { health } from "./views/health.js";
import { extraViews } from "./views/extra.js";

const asked = new URLSearchParams(location.search);
chooseTheme(asked.get("theme") ?? remembered("theme") ?? "auto");
for (const part of [notice, menu, playback, numbers, quick, panel, diagram, boundary, chart, timeline, health, card, extraViews, keyboard, address]) part();
speak(firstLanguage(asked.get("lang")));
applyTheme();
start();
