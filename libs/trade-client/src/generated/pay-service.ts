// Generated from the code of the services by `npm run client`.

export interface paths {
    "/pay/createPayment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the payment of a confirmed order; asked again, answer the one that is open */
        post: operations["payCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pay/callbackPayment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The payment platform reports a payment; a repeated report changes nothing */
        post: operations["payCallback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pay/{payId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A payment */
        get: operations["payGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs */
        get: operations["healthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it can take work */
        get: operations["healthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Payment: {
            /**
             * Format: int64
             * @example 352542415984402432
             */
            payId: string;
            /**
             * Format: int64
             * @example 352537369385242624
             */
            orderId: string;
            /**
             * Format: int64
             * @example 345963634385633280
             */
            userId: string;
            /**
             * Format: decimal
             * @example 880.00
             */
            payAmount: string;
            /**
             * Format: decimal
             * @description The part of the order that was paid from the user's balance
             * @example 100.00
             */
            moneyPaid: string;
            /**
             * @description 0 open, 1 paying, 2 paid, 3 refunded, 4 failed
             * @example 2
             */
            isPaid: number;
            /**
             * Format: date-time
             * @example 2019-07-27T17:18:45.000Z
             */
            createTime: string;
            /**
             * Format: date-time
             * @example 2019-07-27T17:18:47.000Z
             */
            payTime: string | null;
        };
        CreatePaymentBody: {
            /**
             * Format: int64
             * @example 352537369385242624
             */
            orderId: string;
            /**
             * Format: decimal
             * @description What is due for the order: it must equal the pay amount of the order
             * @example 880.00
             */
            payAmount: string;
        };
        CallbackBody: {
            /**
             * Format: int64
             * @example 352542415984402432
             */
            payId: string;
            /**
             * @description 2: the money is here; 4: it will not come; 0 or 1: it is not here yet, nothing changes
             * @example 2
             * @enum {integer}
             */
            isPaid: 0 | 1 | 2 | 4;
            /**
             * Format: decimal
             * @description Must equal the amount of the payment
             * @example 880.00
             */
            payAmount?: string;
            /**
             * Format: int64
             * @description Must be the order of the payment
             * @example 352537369385242624
             */
            orderId?: string;
            /**
             * @description The platform's own number
             * @example 4200001234
             */
            transactionId?: string;
        };
        Liveness: {
            /** @example ok */
            status: string;
        };
        Readiness: {
            /** @example ok */
            status: string;
            /**
             * @example {
             *       "database": true,
             *       "draining": false
             *     }
             */
            checks: {
                [key: string]: unknown;
            };
        };
        /** @description RFC 9457 problem details */
        Problem: {
            /** @enum {string} */
            type: "about:blank";
            /** @description the shop code again */
            title: string;
            status: number;
            detail: string;
            /** @enum {boolean} */
            success: false;
            /** @description the shop code */
            code: string;
            message: string;
            /** @description stands in the log, where the fault is ours */
            traceId?: string;
            /** @description the fields that are wrong */
            errors?: {
                field: string;
                message: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    payCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 h: sent again with the same key and body, it is done once and answered the same */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePaymentBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /** @enum {string} */
                        code: "SHOP_SUCCESS";
                        /** @example OK */
                        message: string;
                        data: components["schemas"]["Payment"];
                    };
                };
            };
            /** @description SHOP_REQUEST_PARAMETER_INVALID: The request is not valid; SHOP_PAY_AMOUNT_INVALID: The amount is not the amount due */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 400;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_PARAMETER_INVALID" | "SHOP_PAY_AMOUNT_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOKEN_MISSING: An access token is needed: Authorization: Bearer <token>; SHOP_TOKEN_INVALID: The access token is not valid */
            401: {
                headers: {
                    /** @description how to come again */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 401;
                        /** @enum {string} */
                        code: "SHOP_TOKEN_MISSING" | "SHOP_TOKEN_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_ORDER_NO_EXIST: The order does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_ORDER_NO_EXIST";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TIMEOUT: The request did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 408;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_IN_PROGRESS: The request with this Idempotency-Key is still worked on; SHOP_ORDER_CANCELLED: The order is cancelled; SHOP_ORDER_NOT_CONFIRMED: The order is not confirmed; SHOP_ORDER_PAY_STATUS_IS_PAY: The order is paid already */
            409: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 409;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_IN_PROGRESS" | "SHOP_ORDER_CANCELLED" | "SHOP_ORDER_NOT_CONFIRMED" | "SHOP_ORDER_PAY_STATUS_IS_PAY";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TOO_LARGE: The request body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 413;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_MEDIA_TYPE_INVALID: The request body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 415;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_MEDIA_TYPE_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_IDEMPOTENCY_KEY_REUSED: The Idempotency-Key belongs to another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 422;
                        /** @enum {string} */
                        code: "SHOP_IDEMPOTENCY_KEY_REUSED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOO_MANY_REQUESTS: Too many requests: come again later */
            429: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 429;
                        /** @enum {string} */
                        code: "SHOP_TOO_MANY_REQUESTS";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_HEADERS_TOO_LARGE: The request headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 431;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_HEADERS_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_INTERNAL_ERROR: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 500;
                        /** @enum {string} */
                        code: "SHOP_INTERNAL_ERROR";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_SERVICE_UNAVAILABLE: A service is not available at the moment; SHOP_OVERLOADED: There are more requests at the moment than can be taken */
            503: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 503;
                        /** @enum {string} */
                        code: "SHOP_SERVICE_UNAVAILABLE" | "SHOP_OVERLOADED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_SERVICE_TIMEOUT: A service did not answer in time */
            504: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 504;
                        /** @enum {string} */
                        code: "SHOP_SERVICE_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
        };
    };
    payCallback: {
        parameters: {
            query?: never;
            header?: {
                /** @description t=<unix seconds>,v1=<hex HMAC-SHA256(secret, t + "." + body)>; needed where a secret is set */
                "X-Pay-Signature"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallbackBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /** @enum {string} */
                        code: "SHOP_SUCCESS";
                        /** @example OK */
                        message: string;
                        data: components["schemas"]["Payment"];
                    };
                };
            };
            /** @description SHOP_REQUEST_PARAMETER_INVALID: The request is not valid; SHOP_PAY_AMOUNT_INVALID: The amount is not the amount due */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 400;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_PARAMETER_INVALID" | "SHOP_PAY_AMOUNT_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOKEN_INVALID: The access token is not valid; SHOP_PAY_SIGNATURE_INVALID: The signature of the callback is not valid */
            401: {
                headers: {
                    /** @description how to come again */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 401;
                        /** @enum {string} */
                        code: "SHOP_TOKEN_INVALID" | "SHOP_PAY_SIGNATURE_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_PAYMENT_NOT_FOUND: The payment does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_PAYMENT_NOT_FOUND";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TIMEOUT: The request did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 408;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TOO_LARGE: The request body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 413;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_MEDIA_TYPE_INVALID: The request body must be application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 415;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_MEDIA_TYPE_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOO_MANY_REQUESTS: Too many requests: come again later */
            429: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 429;
                        /** @enum {string} */
                        code: "SHOP_TOO_MANY_REQUESTS";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_HEADERS_TOO_LARGE: The request headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 431;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_HEADERS_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_INTERNAL_ERROR: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 500;
                        /** @enum {string} */
                        code: "SHOP_INTERNAL_ERROR";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_SERVICE_UNAVAILABLE: A service is not available at the moment; SHOP_OVERLOADED: There are more requests at the moment than can be taken */
            503: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 503;
                        /** @enum {string} */
                        code: "SHOP_SERVICE_UNAVAILABLE" | "SHOP_OVERLOADED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
        };
    };
    payGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                payId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        success: true;
                        /** @enum {string} */
                        code: "SHOP_SUCCESS";
                        /** @example OK */
                        message: string;
                        data: components["schemas"]["Payment"];
                    };
                };
            };
            /** @description SHOP_REQUEST_PARAMETER_INVALID: The request is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 400;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_PARAMETER_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOKEN_MISSING: An access token is needed: Authorization: Bearer <token>; SHOP_TOKEN_INVALID: The access token is not valid */
            401: {
                headers: {
                    /** @description how to come again */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 401;
                        /** @enum {string} */
                        code: "SHOP_TOKEN_MISSING" | "SHOP_TOKEN_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_PAYMENT_NOT_FOUND: The payment does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_PAYMENT_NOT_FOUND";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TIMEOUT: The request did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 408;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_TOO_MANY_REQUESTS: Too many requests: come again later */
            429: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 429;
                        /** @enum {string} */
                        code: "SHOP_TOO_MANY_REQUESTS";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_HEADERS_TOO_LARGE: The request headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 431;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_HEADERS_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_INTERNAL_ERROR: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 500;
                        /** @enum {string} */
                        code: "SHOP_INTERNAL_ERROR";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_SERVICE_UNAVAILABLE: A service is not available at the moment; SHOP_OVERLOADED: There are more requests at the moment than can be taken */
            503: {
                headers: {
                    /** @description seconds to wait before the same request is sent again */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 503;
                        /** @enum {string} */
                        code: "SHOP_SERVICE_UNAVAILABLE" | "SHOP_OVERLOADED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
        };
    };
    healthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description SHOP_TOKEN_INVALID: The access token is not valid */
            401: {
                headers: {
                    /** @description how to come again */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 401;
                        /** @enum {string} */
                        code: "SHOP_TOKEN_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TIMEOUT: The request did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 408;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_HEADERS_TOO_LARGE: The request headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 431;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_HEADERS_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_INTERNAL_ERROR: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 500;
                        /** @enum {string} */
                        code: "SHOP_INTERNAL_ERROR";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
        };
    };
    healthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description SHOP_TOKEN_INVALID: The access token is not valid */
            401: {
                headers: {
                    /** @description how to come again */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 401;
                        /** @enum {string} */
                        code: "SHOP_TOKEN_INVALID";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_TIMEOUT: The request did not arrive in time */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 408;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_TIMEOUT";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_REQUEST_HEADERS_TOO_LARGE: The request headers are too large */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 431;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_HEADERS_TOO_LARGE";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_INTERNAL_ERROR: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 500;
                        /** @enum {string} */
                        code: "SHOP_INTERNAL_ERROR";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description not ready: the database is away, or it is stopping */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
