/**
 * Puts the page together.
 *
 * base/      what everything stands on: transport (the only module that knows a WebSocket), server (what is asked of it), frame (bytes to
 *            arrays), history (curves), store (what is known), events (who wants to know), painter (when things are drawn), canvas, axes,
 *            colours, texts (English and Chinese), schema, elements, format
 * controls/  what a person sets: quick (four controls in sight), playback, timeline, panel (all else, made from the schema by field),
 *            layer_editor, table_editor, keyboard, menu, notice, numbers
 * views/     what a person sees: diagram (diagram_layout, diagram_heads, edges, unit_maps), boundary (plane, points, contour, draw_points,
 *            plane_tools), chart, card (card_unit, card_steps), health; extra, the table of further views under the diagram, each a module
 *            with an entry in its VIEWS: confusion, layers (activations and gradients), warp; lanes (side by side)
 * share/     what leaves the page and comes back: address (settings in the URL), documents, pictures, replay, runs
 * teach/     by the address: hidden and locked controls, a task with its goal, predict first
 *
 * A module listens to events and reads the store; it changes networks through base/server, and how things are shown through `show`.
 */

import { applyTheme, chooseTheme } from "./base/colours.js";
import { beginRunning, start } from "./base/server.js";
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
import { lesson } from "./teach/lesson_bar.js";
import { boundary } from "./views/boundary.js";
import { card } from "./views/card.js";
import { chart } from "./views/chart.js";
import { diagram } from "./views/diagram.js";
import { lanes } from "./views/lanes.js";
import { health } from "./views/health.js";
import { extraViews } from "./views/extra.js";

const asked = new URLSearchParams(location.search);
chooseTheme(asked.get("theme") ?? remembered("theme") ?? "auto");
for (const part of [notice, menu, playback, numbers, quick, panel, diagram, boundary, chart, timeline, health, card, extraViews, lanes, keyboard, address, lesson]) part();
speak(firstLanguage(asked.get("lang")));
applyTheme();
start();
beginRunning(asked);
