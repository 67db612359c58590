import { TOPICS, type Topic } from '../../domain/topics.ts';
import { listed } from './phrases.ts';

/** What some topics are about; none of them means all. */
export const aboutTopics = (topics: readonly Topic[]): string =>
  topics.length === 0 ? 'everything' : listed(topics.map((topic) => TOPICS[topic]));
