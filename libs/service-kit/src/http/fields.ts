import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { isId } from '../ids/id.js';
import { formatYuan, isYuan, MAX_FEN, parseYuan } from '../money.js';

interface FieldOptions {
  description?: string;
  optional?: boolean;
  example?: unknown;
}

/** A 64-bit id, as a JSON string or integer; a string of digits afterwards. */
export function IdField(options: FieldOptions = {}): PropertyDecorator {
  const read = (value: unknown) => (typeof value === 'bigint' || isInteger(value) ? String(value) : value);
  const valid = (value: unknown) => typeof value === 'string' && isId(value);
  return field('isId', 'must be a 64-bit id: a string of digits or an integer, at least 1', options, read, valid, {
    type: String,
    format: 'int64',
  });
}

/** An amount in yuan, as decimal text or a JSON number with at most two decimals; Fen afterwards. Not negative. */
export function MoneyField(options: FieldOptions = {}): PropertyDecorator {
  const read = (value: unknown): unknown => {
    const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
    return typeof text === 'string' && isYuan(text) ? parseYuan(text) : value;
  };
  const valid = (value: unknown) => typeof value === 'bigint' && value >= 0n && value <= MAX_FEN;
  return field(
    'isMoney',
    `must be an amount from 0 to ${formatYuan(MAX_FEN)} with at most 2 decimals`,
    options,
    read,
    valid,
    {
      type: String,
      format: 'decimal',
    },
  );
}

/** A JSON integer. */
export function IntField({ min, max, ...options }: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const valid = (value: unknown) => isInteger(value) && value >= min && value <= max;
  return field('isInt', `must be an integer from ${min} to ${max}`, options, (value) => value, valid, {
    type: 'integer',
    minimum: min,
    maximum: max,
  });
}

/** The same in a query string, where everything is text. */
export function IntQueryField({
  min,
  max,
  ...options
}: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const read = (value: unknown) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value);
  const valid = (value: unknown) => isInteger(value) && value >= min && value <= max;
  return field('isInt', `must be an integer from ${min} to ${max}`, options, read, valid, {
    type: 'integer',
    minimum: min,
    maximum: max,
  });
}

/** A JSON integer, or a text, that is one of a few. */
export function ChoiceField({
  oneOf,
  ...options
}: FieldOptions & { oneOf: readonly (number | string)[] }): PropertyDecorator {
  const valid = (value: unknown) => oneOf.some((choice) => choice === value);
  return field('isChoice', `must be one of ${oneOf.join(', ')}`, options, (value) => value, valid, {
    type: typeof oneOf[0] === 'string' ? 'string' : 'integer',
    enum: [...oneOf],
  });
}

/** Text without control characters, trimmed. */
export function TextField({ maxLength, ...options }: FieldOptions & { maxLength: number }): PropertyDecorator {
  const read = (value: unknown) => (typeof value === 'string' ? value.trim() : value);
  const valid = (value: unknown) =>
    typeof value === 'string' && value.length > 0 && [...value].length <= maxLength && !/[\p{Cc}\p{Cs}]/u.test(value);
  return field('isText', `must be text of 1 to ${maxLength} characters`, options, read, valid, {
    type: String,
    maxLength,
  });
}

/** A password, to the letter. */
export function PasswordField({ maxLength, ...options }: FieldOptions & { maxLength: number }): PropertyDecorator {
  const valid = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= maxLength;
  return field('isPassword', `must be text of 1 to ${maxLength} characters`, options, (value) => value, valid, {
    type: String,
    format: 'password',
    maxLength,
  });
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function field(
  name: string,
  rule: string,
  { optional = false, description, example }: FieldOptions,
  read: (value: unknown) => unknown,
  valid: (value: unknown) => boolean,
  schema: object,
): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => read(value)),
    ValidateBy({ name, validator: { validate: valid, defaultMessage: (_args?: ValidationArguments) => rule } }),
    ApiProperty({ required: !optional, description, example, ...schema }),
    ...(optional ? [IsOptional()] : []),
  );
}
