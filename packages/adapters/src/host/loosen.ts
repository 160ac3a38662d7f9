/**
 * Makes properties of a message cheap. Express gives each message another prototype, and with it a hidden class of its own: every property that
 * anybody adds then copies that class, over a kilobyte each time, and no look at a property can be remembered. A message that has lost a
 * property keeps them in a table instead.
 * @param name of a property of the message's own; messages of HTTP/2, which have accessors in their place, are left alone
 */
export function loosen<Message extends object>(message: Message, name: keyof Message): void {
  if (!Object.hasOwn(message, name)) return;
  const value = message[name];
  Reflect.deleteProperty(message, name);
  message[name] = value;
}
