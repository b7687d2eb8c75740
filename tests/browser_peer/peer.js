// A stranger in a browser, written from docs/protocol.md; tests drive it through window.peer.
//
// Parameters of the page: server (ws://…/v1/ws), mode (video, voice, text), park=1 (park an
// offer with each search), relay=1 (call through the server's relay alone), codec (VP8, H264),
// sends=any (that codec is for receiving alone), width, height, bitrate (of the picture, bit/s: the
// browser begins with it and never goes beyond it), processing=1 (echo cancellation and the like),
// camera=drawn (see camera.js), adapt=1 (the picture's size may follow the link), roam=1 (see
// roaming.js), bundle (the policy: balanced, max-bundle), simulcast=1 (offer several sizes at once).

import { drawnCamera } from "./camera.js";
import { Connection } from "./connection.js";
import { PictureWatch } from "./picture.js";
import { Roaming } from "./roaming.js";
import { Signaling } from "./signaling.js";
import { SoundWatch } from "./sound.js";

class Peer {
  constructor(parameters) {
    this.mode = parameters.get("mode") ?? "video";
    this.parks = parameters.get("park") === "1";
    this.preferred = parameters.get("codec");
    this.sendsAny = parameters.get("sends") === "any";
    this.size = [Number(parameters.get("width") ?? 640), Number(parameters.get("height") ?? 480)];
    this.maxBitrateBps = Number(parameters.get("bitrate") ?? 0);
    this.adapts = parameters.get("adapt") === "1";
    this.relayed = parameters.get("relay") === "1";
    this.bundles = parameters.get("bundle") ?? "balanced";
    this.simulcast = parameters.get("simulcast") === "1";
    this.processes = parameters.get("processing") === "1";
    this.draws = parameters.get("camera") === "drawn";
    this.drawn = []; // { code, capturedAt } of a drawn camera, newest last
    this.access = null; // session.relay
    this.accessGiven = new Promise((resolve) => (this.giveAccess = resolve));
    const features = this.relayed ? ["relay"] : [];
    const take = (message) => this.take(message);
    this.signaling = new Signaling(parameters.get("server"), features, take);
    this.roaming = parameters.get("roam") === "1" ? new Roaming(this) : null;
    this.phase = "idle";
    this.search = 0;
    this.match = null; // queue.matched of the call
    this.connection = null; // of the call
    this.parked = null; // { connection, sdp }: ready for the next match
    this.early = []; // candidates of the call that come before its connection
    this.sound = null;
    this.texts = [];
    this.delivered = [];
    this.strangerState = null;
    this.ends = []; // { call, reason }
    this.errors = [];
    this.textNumber = 0;
    this.calls = []; // { call, matchedAt, firstFrameAt } in ms since the epoch
    this.frames = []; // what was shown of the stranger and of oneself, newest last
    this.selfFrames = [];
  }

  async start() {
    this.stream = await this.openDevices();
    const self = document.getElementById("self");
    self.srcObject = this.stream;
    this.selfPicture = new PictureWatch(self, (frame) => keep(this.selfFrames, frame));
    this.picture = new PictureWatch(document.getElementById("stranger"), (f) => this.saw(f));
    this.readCodes(true, false);
    this.welcome = await this.signaling.open();
    if (this.relayed) await this.askAccess();
    if (this.parks) await this.park();
  }

  async openDevices() {
    if (this.mode === "text") return new MediaStream();
    const [width, height] = this.size;
    const audio = {
      echoCancellation: this.processes,
      noiseSuppression: this.processes,
      autoGainControl: this.processes,
    };
    const camera = this.mode === "video" && !this.draws && { width, height, frameRate: 30 };
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video: camera });
    if (this.draws) stream.addTrack(drawnCamera(width, height, (frame) => keep(this.drawn, frame)));
    return stream;
  }

  // Whether the codes in the pictures of the stranger and of oneself are read.
  readCodes(stranger, self) {
    this.picture.reads = stranger;
    this.selfPicture.reads = self;
    this.frames = [];
    this.selfFrames = [];
  }

  // Keep the page's thread busy for so much of so long, as the command of docs/automation.md.
  burn(busyMs, everyMs) {
    setInterval(() => {
      const until = performance.now() + busyMs;
      while (performance.now() < until);
    }, everyMs);
  }

  // Access to the relay comes with a search: one in a mode where the test has nobody else.
  async askAccess() {
    this.signaling.send("queue.join", { search: 0, mode: this.mode === "text" ? "voice" : "text" });
    await this.accessGiven;
    this.signaling.send("queue.leave");
  }

  join() {
    this.look("queue.join");
  }

  next() {
    this.pressedAt = now();
    this.look("call.next");
    this.hangUp();
    this.phase = "searching";
  }

  leave() {
    this.hangUp();
    this.signaling.send("queue.leave");
  }

  say(text) {
    this.textNumber += 1;
    this.connection.say("chat.text", { number: this.textNumber, text });
    return this.textNumber;
  }

  report() {
    return {
      phase: this.phase,
      match: this.match && { ...this.match, description: undefined },
      connection: this.connection?.state ?? null,
      picture: this.picture.report(),
      sound: this.sound?.report() ?? null,
      texts: this.texts,
      delivered: this.delivered,
      stranger_state: this.strangerState,
      ends: this.ends,
      errors: this.errors,
      calls: this.calls,
      pressed_at: this.pressedAt ?? null,
    };
  }

  // Go on with another codec for what we send.
  async sendWith(codec) {
    await this.connection.sendWith(codec);
  }

  // The MIME type of the pictures that come in, or that go ("outbound"), once some have.
  async codec(direction = "inbound") {
    const stats = await this.connection.pc.getStats();
    const video = [...stats.values()].find((s) => s.type === `${direction}-rtp` && s.kind === "video");
    return stats.get(video?.codecId)?.mimeType ?? null;
  }

  // What was counted of the stranger's picture and sound, by kind.
  async received() {
    const stats = [...(await this.connection.pc.getStats()).values()];
    const inbound = stats.filter((one) => one.type === "inbound-rtp");
    return Object.fromEntries(inbound.map((one) => [one.kind, one]));
  }

  // The parameters with which our sound is encoded, as the other side has asked for.
  async soundFormat() {
    const stats = await this.connection.pc.getStats();
    const sound = [...stats.values()].find((s) => s.type === "outbound-rtp" && s.kind === "audio");
    return stats.get(sound.codecId).sdpFmtpLine;
  }

  look(type) {
    this.search += 1;
    this.phase = "searching";
    const fields = { search: this.search, mode: this.mode, has_camera: this.mode === "video" };
    if (this.parked) fields.description = this.parked.sdp;
    this.signaling.send(type, fields);
  }

  async park() {
    const connection = this.newConnection();
    this.parked = { connection, sdp: await connection.offer({ complete: true }) };
  }

  async take(message) {
    switch (message.type) {
      case "session.relay":
        this.access = message;
        this.giveAccess();
        break;
      case "queue.matched":
        // Told again when the session is taken up in a call.
        if (message.search === this.search && message.call !== this.match?.call)
          await this.begin(message);
        break;
      case "session.welcome":
        await this.roaming?.welcomed();
        break;
      case "call.back":
        await this.roaming?.restart();
        break;
      case "call.description":
        if (message.call === this.match?.call) await this.describe(message.kind, message.sdp);
        break;
      case "call.candidate":
        if (message.call !== this.match?.call) break;
        if (this.connection) await this.connection.takeCandidate(message);
        else this.early.push(message);
        break;
      case "call.ended":
        this.ends.push({ call: message.call, reason: message.reason });
        if (message.call === this.match?.call) this.hangUp();
        break;
      case "session.error":
        this.errors.push({ code: message.code, text: message.text });
    }
  }

  async begin(match) {
    this.match = match;
    this.phase = "connecting";
    this.texts = [];
    this.strangerState = null;
    this.calls.push({ call: match.call, matchedAt: now(), firstFrameAt: null });
    if (match.role === "answerer") {
      if (match.description) await this.describe("offer", match.description);
    } else if (this.parked) {
      this.connection = this.parked.connection;
      this.parked = null;
    } else {
      this.connection = this.newConnection();
      this.describeTo("offer", await this.connection.offer());
    }
  }

  async describe(kind, sdp) {
    if (this.phase === "talking" && this.roaming) {
      await this.roaming.takeDescription(kind, sdp);
      return;
    }
    if (kind === "answer") {
      await this.connection.takeAnswer(sdp);
    } else {
      this.connection = this.newConnection();
      this.describeTo("answer", await this.connection.answer(sdp));
      for (const candidate of this.early.splice(0)) await this.connection.takeCandidate(candidate);
    }
    this.phase = "talking";
    this.roaming?.watch(this.connection);
    if (this.parks && !this.parked) await this.park();
  }

  describeTo(kind, sdp) {
    this.signaling.send("call.description", { call: this.match.call, kind, sdp });
    this.connection.candidatesGo = (candidate) => this.sendCandidate(candidate);
    for (const candidate of this.connection.early.splice(0)) this.sendCandidate(candidate);
  }

  sendCandidate(candidate) {
    this.signaling.send("call.candidate", {
      call: this.match.call,
      candidate: candidate?.candidate ?? "",
      sdp_mid: candidate?.sdpMid ?? null,
      sdp_mline_index: candidate?.sdpMLineIndex ?? null,
    });
  }

  newConnection() {
    const listed = this.welcome.ice_servers ?? [];
    const options = {
      iceServers: this.access ? [...listed, this.access] : listed,
      relayOnly: this.relayed,
      codec: this.preferred,
      sendsAny: this.sendsAny,
      maxBitrateBps: this.maxBitrateBps,
      adapts: this.adapts,
      bundlePolicy: this.bundles,
      simulcast: this.simulcast,
    };
    const connection = new Connection(this.mode, this.stream, options, {
      // A parked offer carries its candidates; the others go out once their description has.
      onCandidate: (candidate) =>
        connection.candidatesGo ? connection.candidatesGo(candidate) : connection.early.push(candidate),
      onTrack: (event) => this.hear(event),
      onChannelMessage: (message) => this.read(message),
    });
    connection.early = [];
    connection.candidatesGo = null;
    return connection;
  }

  hear({ track, streams }) {
    // Chromium feeds Web Audio only what a media element plays as well.
    document.getElementById("stranger").srcObject = streams[0];
    if (track.kind === "audio") this.sound = new SoundWatch(new MediaStream([track]));
  }

  read(message) {
    if (message.type === "chat.text") {
      this.texts.push(message.text);
      this.connection.say("chat.received", { number: message.number });
    } else if (message.type === "chat.received") {
      this.delivered.push(message.number);
    } else if (message.type === "peer.state") {
      this.strangerState = { camera: message.camera ?? false, microphone: message.microphone ?? false };
    }
  }

  saw(frame) {
    const call = this.calls.at(-1);
    if (!call || !this.connection) return;
    call.firstFrameAt ??= frame.shownAt;
    keep(this.frames, frame);
  }

  hangUp() {
    this.connection?.close();
    this.connection = null;
    this.match = null;
    this.early = [];
    this.phase = "idle";
    document.getElementById("stranger").srcObject = null;
  }
}

function now() {
  return performance.timeOrigin + performance.now();
}

const KEPT = 3600; // two minutes at 30 frames a second

function keep(frames, frame) {
  frames.push(frame);
  if (frames.length > KEPT) frames.shift();
}

window.peer = new Peer(new URLSearchParams(location.search));
window.ready = window.peer.start();
