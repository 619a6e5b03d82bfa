import { stringHash } from '../store/string-hash.js';
import { TagFilter } from './tag-filter.js';

describe('tag filter', () => {
  it.each(['', '*', ' * '])('%j takes every message, tagged or not', (expression) => {
    const filter = new TagFilter(expression);
    expect(filter.mayMatch(0)).toBe(true);
    expect(filter.mayMatch(stringHash('a'))).toBe(true);
    expect(filter.matches({ tag: 'a' })).toBe(true);
    expect(filter.matches({ tag: '' })).toBe(true);
  });

  it('takes the tags that are named, exactly', () => {
    const filter = new TagFilter(' order_cancel||order_confirm || ');
    for (const tag of ['order_cancel', 'order_confirm']) {
      expect(filter.mayMatch(stringHash(tag))).toBe(true);
      expect(filter.matches({ tag })).toBe(true);
    }
    for (const tag of ['', 'order', 'order_cancel2', 'ORDER_CANCEL']) expect(filter.matches({ tag })).toBe(false);
  });

  it('refuses an expression without any tag', () => {
    expect(() => new TagFilter('||')).toThrow(expect.objectContaining({ code: 40010 }));
  });
});
