"use strict";

const [content, picture, play, slider, epoch] = ["data", "picture", "play", "slider", "epoch"].map(id => document.getElementById(id));
const data = JSON.parse(content.textContent);
const last = data.frames.length - 1;
let timer = null;

function show(index) {
  slider.value = index;
  picture.src = data.frames[index];
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

document.body.style.maxWidth = `${data.width}px`;
slider.max = last;
stop();
show(0);
