"use strict";

const [content, picture, play, slider, epoch] = ["data", "picture", "play", "slider", "epoch"].map(id => document.getElementById(id));
const data = JSON.parse(content.textContent);
const last = data.epochs.length - 1;
const dark = matchMedia("(prefers-color-scheme: dark)");
let timer = null;

// The theme that the reader prefers, where there are pictures of it.
const theme = () => data.frames[dark.matches ? "dark" : "light"] ? (dark.matches ? "dark" : "light") : Object.keys(data.frames)[0];

function show(index) {
  slider.value = index;
  picture.src = data.frames[theme()][index];
  epoch.value = data.epochs[index];
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.textContent = data.play;
}

function step() {
  const next = Number(slider.value) + 1;
  if (next <= last) show(next);
  else stop();
}

play.onclick = () => {
  if (timer !== null) return stop();
  if (Number(slider.value) === last) show(0);
  play.textContent = data.pause;
  timer = setInterval(step, data.milliseconds);
};
slider.oninput = () => { stop(); show(Number(slider.value)); };
slider.form.onsubmit = () => false;

// Wherever the focus is: arrows step, Home and End go to the ends, the space bar plays.
const STEPS = { ArrowLeft: at => at - 1, ArrowRight: at => at + 1, Home: () => 0, End: () => last };
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && event.target !== play) play.click();
  else if (event.key in STEPS) {
    stop();
    show(Math.min(Math.max(STEPS[event.key](Number(slider.value)), 0), last));
  } else return;
  event.preventDefault();
});

function dress() {
  document.documentElement.style.colorScheme = theme();
  document.body.style.background = data.papers[theme()];
  show(Number(slider.value));
}
dark.addEventListener("change", dress);

document.body.style.maxWidth = `${data.width}px`;
slider.max = last;
stop();
dress();
