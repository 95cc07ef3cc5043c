import { describe, expect, it } from 'vitest';
import { serverAddresses } from './server-addresses.ts';

describe('server addresses', () => {
  it('are one or several, as a list or with commas between them', () => {
    const hosts = ['nats://a:4222', 'b'];
    expect(serverAddresses('nats://a:4222, b,')).toEqual({ hosts });
    expect(serverAddresses(hosts)).toEqual({ hosts });
  });

  it('give up their user and password, decoded', () => {
    expect(serverAddresses('nats://a%20b:p%40ss@host:4222,nats://x:y@other')).toEqual({
      hosts: ['nats://host:4222', 'nats://other'],
      user: { name: 'a b', password: 'p@ss' },
    });
    expect(serverAddresses('token@host')).toEqual({ hosts: ['host'], user: { name: 'token', password: '' } });
    expect(serverAddresses('u:100%@host').user).toEqual({ name: 'u', password: '100%' });
  });
});
