import { MessageBody } from "../../http/body.js";
import { tapped } from "../../http/tapped.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";

/** Bytes of a kilobyte of bandwidth. */
export const KILOBYTE = 1024;

const meters = new PerRequest<BandwidthMeter>();

/** Measures the bodies that go between caller and gateway, both ways, and tells everybody who asked once the last byte has gone. */
class BandwidthMeter {
  private bytes = 0;
  private readonly listeners: ((bytes: number) => unknown)[] = [];

  constructor(exchange: Exchange) {
    exchange.request.body = this.metered(exchange.request.body, () => undefined);
    exchange.atEnd.push((ended) => {
      ended.response.body = this.metered(ended.response.body, () => {
        for (const listener of this.listeners) listener(this.bytes);
      });
    });
  }

  onEnd(listener: (bytes: number) => unknown): void {
    this.listeners.push(listener);
  }

  private metered(body: MessageBody, done: () => void): MessageBody {
    if (body.isBuffered) {
      this.bytes += body.bytes?.length ?? 0;
      done();
      return body;
    }
    const counted = tapped(body.release() as AsyncIterable<Uint8Array>, {
      chunk: (bytes) => {
        this.bytes += bytes.length;
      },
      end: done,
    });
    return new MessageBody(counted);
  }
}

/** Calls `listener` with the bytes of the exchange's bodies when the response has been sent, or given up. */
export function onBandwidth(exchange: Exchange, listener: (bytes: number) => unknown): void {
  meters.getOrMake(exchange, () => new BandwidthMeter(exchange)).onEnd(listener);
}
