import { agent } from './agent.js';

agent.run();
