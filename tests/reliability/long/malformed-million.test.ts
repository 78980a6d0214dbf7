// The same properties as in `npm test`, 126,000 runs each: over a million malformed inputs.
import '../../http/fuzz.test.js';
