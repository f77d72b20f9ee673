// The page: what the user does, what the server says, and the state that both leave.
import { authorization, Connection } from "./connection.js";
import { allowSound, Microphone, MicrophoneError, Playback } from "./sound.js";
import { Transcript } from "./transcript.js";

const $ = id => document.getElementById(id);
const STATES = {
  connecting: "Connecting", offline: "Offline", hearing: "Hearing you", thinking: "Thinking", speaking: "Speaking",
  listening: "Listening", ready: "Ready",
};

const transcript = new Transcript($("turns"), announce, openSource, choose);
const playback = new Playback(showState);
const connection = new Connection(receive, connectionChanged);
let link = { name: "connecting" };
let microphone = null;
let hearing = false;  // somebody speaks
let responding = false;  // whether a response is under way
let unanswered = [];  // what was typed, until its response is done: {id, text, shown, asked, kept: the server has it}
let replays = 0;  // items that the server is about to send again
let sound = false;
const silenced = new Set();  // items of which nothing more is played

// -- state

function stateName() {
  if (link.name !== "online") return link.name;
  if (playback.active) return "speaking";
  if (hearing) return "hearing";
  if (responding || unanswered.length) return "thinking";
  return microphone ? "listening" : "ready";
}

function showState() {
  const name = stateName();
  if ($("state").dataset.state !== name) {
    $("state").dataset.state = name;
    $("state").textContent = STATES[name];
  }
  $("stop").disabled = !(playback.active || responding);
  $("microphone").setAttribute("aria-pressed", String(microphone !== null));
  $("suggestions").hidden = !transcript.empty || !$("suggestions").childElementCount;
}

function connectionChanged(changed) {
  link = changed;
  if (link.name === "connecting") { showState(); return; }
  if (link.name === "offline") {
    responding = false;
    hearing = false;
    for (const message of unanswered) message.asked = false;
    notice(link.cause, link.canTakeBack ? { label: "Continue here", act: () => connection.open() } : null);
    $("key-form").hidden = !link.needsKey;
    if (link.needsKey) $("key").focus();
  } else {
    notice("");
    $("key-form").hidden = true;
    setModality();
    void suggest();
  }
  showState();
}

function notice(text, button = null) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
  if (!button) return;
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = button.label;
  made.onclick = button.act;
  $("notice").append(" ", made);
}

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  $("announcer").replaceChildren(line);
}

// -- what the server says

const handlers = {
  "session.created": event => {
    const { resumed, items } = event.session.heedful;
    replays = resumed ? items : 0;
    for (const message of unanswered) message.kept = false;
    if (!resumed) { transcript.clear(); for (const { id, shown } of unanswered) transcript.write(id, "user", shown); }
    if (!replays) askNext();
  },
  "conversation.item.done": ({ item }) => {
    if (replays > 0) { showKept(item); if (--replays === 0) askNext(); }
  },
  "input_audio_buffer.speech_started": () => { hearing = true; stopSpeech(); },
  "input_audio_buffer.speech_stopped": event => { hearing = false; if (!transcript.has(event.item_id)) transcript.write(event.item_id, "user", "…"); },
  "input_audio_buffer.timeout_triggered": () => { hearing = false; },
  "conversation.item.input_audio_transcription.delta": event => {
    if (transcript.has(event.item_id)) transcript.write(event.item_id, "user", event.delta, { append: true });
    else transcript.write(event.item_id, "user", event.delta);
  },
  "conversation.item.input_audio_transcription.completed": event => {
    if (!event.transcript) return transcript.remove(event.item_id);
    transcript.write(event.item_id, "user", event.transcript);
    transcript.finish(event.item_id);
  },
  "conversation.item.input_audio_transcription.failed": event => transcript.note(event.item_id, event.error.message),
  "response.created": () => { responding = true; },
  "response.output_text.delta": event => transcript.write(event.item_id, "assistant", event.delta, { append: true }),
  "response.output_audio_transcript.delta": event => transcript.write(event.item_id, "assistant", event.delta, { append: true }),
  "response.output_audio.delta": event => {
    if (silenced.has(event.item_id)) return;
    playback.play(event.item_id, event.delta);
  },
  "response.done": ({ response: done }) => {
    responding = false;
    unanswered = unanswered.filter(message => !message.asked);
    const message = done.output.find(item => item.type === "message");
    const rich = done.heedful?.messages ?? [];
    if (done.status === "failed") notice(`No reply: ${done.status_details.error.message}`);
    if (!message && rich.length) transcript.write(done.id, "assistant", "");
    transcript.enrich(message?.id ?? done.id, rich);
    if (message) {
      transcript.finish(message.id);
      transcript.explain(message.id, done.metadata ?? {});
      if (done.status === "cancelled" && !silenced.has(message.id)) transcript.cut(message.id, textOf(message));
    }
    askNext();
  },
  "conversation.item.truncated": event => connection.send({ type: "conversation.item.retrieve", item_id: event.item_id }),
  "conversation.item.retrieved": ({ item }) => { if (silenced.has(item.id)) transcript.cut(item.id, textOf(item)); },
  "error": ({ error }) => { if (error.code !== "response_cancel_not_active") notice(error.message); },
};

function receive(event) {
  handlers[event.type]?.(event);
  showState();
}

function textOf(item) {
  return item.content.map(part => part.text ?? part.transcript ?? "").join(" ").trim();
}

function showKept(item) {
  if (item.role === "assistant") unanswered = unanswered.filter(message => !message.kept);
  for (const message of unanswered) message.kept ||= message.id === item.id;
  if (item.type !== "message" || transcript.has(item.id) || !textOf(item)) return;
  transcript.write(item.id, item.role === "user" ? "user" : "assistant", textOf(item));
}

// -- what the user does

function choose(title, payload) {
  send(payload, title);
}

// What is sent may be shown by another name, as a button's.
function send(text, shown = text) {
  notice("");
  stopSpeech();
  const id = `item_${crypto.getRandomValues(new Uint32Array(4)).join("")}`.slice(0, 32);
  transcript.write(id, "user", shown);
  unanswered.push({ id, text, shown, asked: false });
  askNext();
  showState();
}

// Messages are answered one by one: the next is asked when no response is under way.
function askNext() {
  if (link.name !== "online" || replays || responding) return;
  const next = unanswered.find(message => !message.asked);
  if (!next || unanswered.some(message => message.asked)) return;
  next.asked = true;
  transcript.moveToEnd(next.id);
  const content = [{ type: "input_text", text: next.text }];
  const item = { id: next.id, type: "message", role: "user", content };
  if (!next.kept) connection.send({ type: "conversation.item.create", item });
  connection.send({ type: "response.create" });
}

function stopSpeech() {
  const heard = playback.stop();
  if (!heard) return;
  silenced.add(heard.item);
  connection.send({ type: "conversation.item.truncate", item_id: heard.item, content_index: 0, audio_end_ms: heard.ms });
}

function stopAll() {
  if (playback.active) stopSpeech();
  else if (responding) connection.send({ type: "response.cancel" });
  showState();
}

function setModality() {
  connection.send({ type: "session.update", session: { type: "realtime", output_modalities: [sound ? "audio" : "text"] } });
}

async function setSound(on) {
  if (on) await allowSound();
  else stopSpeech();
  sound = on;
  $("sound").checked = on;
  setModality();
}

async function toggleMicrophone() {
  notice("");
  if (microphone) {
    microphone.close();
    microphone = null;
    hearing = false;
    connection.send({ type: "input_audio_buffer.clear" });
  } else {
    try {
      microphone = await Microphone.open(audio => connection.send({ type: "input_audio_buffer.append", audio }));
      await setSound(true);
    } catch (error) {
      if (!(error instanceof MicrophoneError)) throw error;
      notice(error.message);
    }
  }
  showState();
}

function restart() {
  stopAll();
  unanswered = [];
  connection.forgetConversation();
  transcript.clear();
  closeSource();
  connection.open();
  $("message").focus();
}

// -- sources and suggestions

let opener = null;

async function openSource(id, button) {
  opener = button;
  const answer = await fetch(`v1/sources/${encodeURIComponent(id)}`, { headers: authorization() });
  const source = await answer.json();
  $("source-title").textContent = answer.ok ? source.title : "Not found";
  $("source-text").textContent = answer.ok ? source.text : source.error.message;
  $("source-id").textContent = id;
  $("source").hidden = false;
  $("source-title").focus();
}

function closeSource() {
  if ($("source").hidden) return;
  $("source").hidden = true;
  opener?.focus();
}

async function suggest() {
  if ($("suggestions").childElementCount) return;
  const answer = await fetch("v1/suggestions", { headers: authorization() });
  if (!answer.ok) return;
  for (const text of (await answer.json()).data) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.onclick = () => send(text);
    $("suggestions").append(button);
  }
  showState();
}

$("message-form").onsubmit = event => {
  event.preventDefault();
  const text = $("message").value.trim();
  $("message").value = "";
  if (text) send(text);
};
$("message").oninput = () => { stopSpeech(); showState(); };  // who types does not listen
$("key-form").onsubmit = event => {
  event.preventDefault();
  connection.useKey($("key").value);
  $("key").value = "";
};
$("stop").onclick = stopAll;
$("microphone").onclick = toggleMicrophone;
$("sound").onchange = () => setSound($("sound").checked);
$("restart").onclick = restart;
$("source-close").onclick = closeSource;
addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  if ($("source").hidden) stopAll();
  else closeSource();
});

connection.open();
