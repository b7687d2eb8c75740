// One RTCPeerConnection with the tracks and the data channel that docs/protocol.md asks for.

const CHANNEL = { negotiated: true, id: 0, ordered: true };
const ALIVE_INTERVAL_MS = 1000;
const SIZES = [{ rid: "whole" }, { rid: "half", scaleResolutionDownBy: 2 }];

export class Connection {
  // options: iceServers, relayOnly, codec ("VP8", "H264" or null), maxBitrateBps (0: the browser's own),
  // sendsAny (codec is for receiving alone, what is sent is left to the browser), adapts (whether the picture's size may follow the link),
  // bundlePolicy, simulcast (offer the picture in several sizes at once).
  // handlers: onCandidate(candidate or null), onTrack(event), onChannelMessage(message).
  constructor(mode, stream, options, handlers) {
    this.mode = mode;
    this.stream = stream;
    this.options = options;
    this.pc = new RTCPeerConnection({
      iceServers: options.iceServers,
      iceTransportPolicy: options.relayOnly ? "relay" : "all",
      bundlePolicy: options.bundlePolicy,
    });
    this.pc.ontrack = handlers.onTrack;
    this.pc.onicecandidate = (event) => handlers.onCandidate(event.candidate);
    this.channel = this.pc.createDataChannel("passerby", CHANNEL);
    this.channel.onmessage = (event) => handlers.onChannelMessage(JSON.parse(event.data));
    this.channel.onopen = () => this.greet();
    this.waiting = []; // candidates that came before the description they belong to
  }

  get state() {
    return this.pc.connectionState;
  }

  greet() {
    this.say("peer.state", {
      camera: this.stream.getVideoTracks().length > 0,
      microphone: this.stream.getAudioTracks().length > 0,
    });
    this.pulse = setInterval(() => this.say("peer.alive"), ALIVE_INTERVAL_MS);
  }

  say(type, fields = {}) {
    if (this.channel.readyState === "open") this.channel.send(JSON.stringify({ type, ...fields }));
  }

  // complete: wait until every candidate stands in the description, so that it can be parked.
  async offer({ complete = false } = {}) {
    this.addTracks();
    await this.pc.setLocalDescription(await this.pc.createOffer());
    if (complete) await this.gathered();
    return this.pc.localDescription.sdp;
  }

  async answer(sdp) {
    await this.pc.setRemoteDescription({ type: "offer", sdp: this.startingFast(sdp) });
    this.addTracks();
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    await this.shapeVideo();
    await this.takeWaiting();
    return this.pc.localDescription.sdp;
  }

  async takeAnswer(sdp) {
    await this.pc.setRemoteDescription({ type: "answer", sdp: this.startingFast(sdp) });
    await this.shapeVideo();
    await this.takeWaiting();
  }

  async takeCandidate(message) {
    const candidate = {
      candidate: message.candidate,
      sdpMid: message.sdp_mid,
      sdpMLineIndex: message.sdp_mline_index,
    };
    if (!this.pc.remoteDescription) this.waiting.push(candidate);
    else if (candidate.candidate) await this.pc.addIceCandidate(candidate);
  }

  close() {
    clearInterval(this.pulse);
    this.pc.close();
  }

  addTracks() {
    for (const track of this.stream.getTracks()) {
      if (track.kind === "video" && this.options.simulcast)
        this.pc.addTransceiver(track, { streams: [this.stream], sendEncodings: SIZES });
      else this.pc.addTrack(track, this.stream);
    }
    const video = this.videoTransceiver();
    if (video && this.options.codec) video.setCodecPreferences(this.codecs());
  }

  // Once both descriptions stand: what was preferred for receiving is also what we send.
  async shapeVideo() {
    const sender = this.videoTransceiver()?.sender;
    if (!sender) return;
    const parameters = sender.getParameters();
    if (!this.options.adapts) parameters.degradationPreference = "maintain-resolution";
    for (const encoding of parameters.encodings) {
      if (this.options.maxBitrateBps) encoding.maxBitrate = this.options.maxBitrateBps;
      if (this.options.codec && !this.options.sendsAny) [encoding.codec] = this.codecs();
    }
    await sender.setParameters(parameters);
  }

  // Go on with another codec for what we send.
  async sendWith(codec) {
    const { sender } = this.videoTransceiver();
    const parameters = sender.getParameters();
    const known = RTCRtpSender.getCapabilities("video").codecs;
    for (const encoding of parameters.encodings)
      encoding.codec = known.find((one) => one.mimeType === `video/${codec}`);
    await sender.setParameters(parameters);
  }

  // Chromium begins at 300 kbit/s unless the other side's description says otherwise.
  startingFast(sdp) {
    if (!this.options.maxBitrateBps) return sdp;
    const start = `x-google-start-bitrate=${Math.round(this.options.maxBitrateBps / 1000)}`;
    let changed = sdp;
    for (const [map, type] of sdp.matchAll(/a=rtpmap:(\d+) (?:VP8|H264)\/90000\r\n/g)) {
      const format = `a=fmtp:${type} `;
      changed = changed.includes(format)
        ? changed.replace(format, `${format}${start};`)
        : changed.replace(map, `${map}${format}${start}\r\n`);
    }
    return changed;
  }

  videoTransceiver() {
    return this.pc.getTransceivers().find((one) => one.sender.track?.kind === "video");
  }

  codecs() {
    const wanted = `video/${this.options.codec}`;
    return RTCRtpReceiver.getCapabilities("video").codecs.filter((one) => one.mimeType === wanted);
  }

  gathered() {
    return new Promise((resolve) => {
      const check = () => this.pc.iceGatheringState === "complete" && resolve();
      this.pc.addEventListener("icegatheringstatechange", check);
      check();
    });
  }

  async takeWaiting() {
    for (const candidate of this.waiting.splice(0))
      if (candidate.candidate) await this.pc.addIceCandidate(candidate);
  }
}
