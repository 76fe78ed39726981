import { KorpuChat } from "./element";

if (customElements.get("korpu-chat") === undefined) customElements.define("korpu-chat", KorpuChat);
