export * from './props';
export * from './trigger';
