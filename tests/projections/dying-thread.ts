import { parentPort } from 'node:worker_threads';
import '#src/composition/projector-thread';

// The real thread of the projector, which ends in the middle when it is asked to rebuild.
parentPort!.on('message', (message: { readonly method?: string }) => {
  if (message.method === 'rebuild') process.exit(3);
});
