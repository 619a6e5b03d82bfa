// Generated from the code of the services by `npm run client`.

export interface paths {
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An access token for a user and their password */
        post: operations["loginLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/goods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Goods, in the order of their id */
        get: operations["goodsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/goods/{goodsId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the goods */
        get: operations["goodsOne"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Balance and score of a user */
        get: operations["accountUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coupon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Coupons that a user has not used yet */
        get: operations["accountCoupons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Place an order
         * @description Takes stock, coupon and balance part, and answers with the confirmed order. Nothing stays taken when it fails.
         */
        post: operations["orderConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order/{orderId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel an unpaid order; a cancelled one stays as it is */
        post: operations["orderCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order/{orderId}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refund a paid order; a refunded one stays as it is
         * @description The payment, the balance part, the coupon and the stock go back within seconds, and so does the score.
         */
        post: operations["orderRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order */
        get: operations["orderOne"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order/{orderId}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to an order
         * @description State changes, calls, messages, retries and compensations in all services, in their order. Recorded with ORDER_TIMELINE=on, and kept for a day.
         */
        get: operations["orderTimelineOf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders of a user, newest first */
        get: operations["orderOfUser"];
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
        Login: {
            /**
             * @description for the header Authorization: Bearer <token>
             * @example eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoidXNlciJ9.…
             */
            token: string;
            /**
             * @description seconds
             * @example 3600
             */
            expiresInS: number;
        };
        LoginBody: {
            /**
             * Format: int64
             * @example 345963634385633280
             */
            userId: string;
            /**
             * Format: password
             * @example 123456
             */
            password: string;
        };
        GoodsOffer: {
            /**
             * Format: int64
             * @example 345959443973935104
             */
            goodsId: string;
            /** @example Javase课程 */
            goodsName: string;
            /** @example Java course on video */
            goodsDesc: string;
            /**
             * Format: decimal
             * @example 1000.00
             */
            goodsPrice: string;
            /**
             * @description pieces in stock
             * @example 999
             */
            goodsNumber: number;
        };
        Account: {
            /**
             * Format: int64
             * @example 345963634385633280
             */
            userId: string;
            /** @example zs */
            userName: string;
            /**
             * Format: decimal
             * @example 900.00
             */
            balance: string;
            /** @example 100 */
            score: number;
        };
        UnusedCoupon: {
            /**
             * Format: int64
             * @example 345988230098857985
             */
            couponId: string;
            /**
             * Format: decimal
             * @example 20.00
             */
            couponPrice: string;
        };
        Order: {
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
             * @description 0 unconfirmed, 1 confirmed, 2 cancelled, 3 invalid, 4 refunded
             * @example 1
             */
            orderStatus: number;
            /**
             * @description 0 unpaid, 1 paying, 2 paid
             * @example 2
             */
            payStatus: number;
            /**
             * @description 0 not shipped, 1 shipped, 2 returned
             * @example 0
             */
            shippingStatus: number;
            /** @example 1 Chang’an Avenue, Beijing */
            address: string;
            /** @example Li Lei */
            consignee: string | null;
            /**
             * Format: int64
             * @example 345959443973935104
             */
            goodsId: string;
            /** @example 1 */
            goodsNumber: number;
            /**
             * Format: decimal
             * @example 1000.00
             */
            goodsPrice: string;
            /**
             * Format: decimal
             * @example 1000.00
             */
            goodsAmount: string;
            /**
             * Format: decimal
             * @example 0.00
             */
            shippingFee: string;
            /**
             * Format: decimal
             * @example 1000.00
             */
            orderAmount: string;
            /**
             * Format: int64
             * @example 345988230098857984
             */
            couponId: string | null;
            /**
             * Format: decimal
             * @example 20.00
             */
            couponPaid: string;
            /**
             * Format: decimal
             * @example 100.00
             */
            moneyPaid: string;
            /**
             * Format: decimal
             * @example 880.00
             */
            payAmount: string;
            /**
             * Format: date-time
             * @example 2019-07-27T16:58:44.000Z
             */
            addTime: string;
            /**
             * Format: date-time
             * @example 2019-07-27T16:58:44.000Z
             */
            confirmTime: string | null;
            /**
             * Format: date-time
             * @example 2019-07-27T17:18:47.000Z
             */
            payTime: string | null;
            /**
             * Format: int64
             * @example 352542415984402432
             */
            payId: string | null;
            /**
             * Format: date-time
             * @example null
             */
            cancelTime: string | null;
            /** @example null */
            cancelReason: string | null;
        };
        ConfirmOrderRequest: {
            /**
             * Format: int64
             * @example 345963634385633280
             */
            userId: string;
            /**
             * Format: int64
             * @example 345959443973935104
             */
            goodsId: string;
            /** @example 1 */
            goodsNumber: number;
            /**
             * Format: decimal
             * @description price of one piece
             * @example 1000.00
             */
            goodsPrice: string;
            /**
             * Format: decimal
             * @description price × quantity + shipping fee
             * @example 1000.00
             */
            orderAmount: string;
            /**
             * Format: decimal
             * @example 0.00
             */
            shippingFee: string;
            /**
             * Format: int64
             * @description an unused coupon of this user
             * @example 345988230098857985
             */
            couponId?: string;
            /**
             * Format: decimal
             * @description the part to pay from the balance
             * @example 100.00
             */
            moneyPaid?: string;
            /** @example 1 Chang’an Avenue, Beijing */
            address: string;
            /** @example Li Lei */
            consignee?: string;
        };
        EndOrderBody: {
            /** @example ordered by mistake */
            reason?: string;
        };
        TimelineSource: {
            /** @example goods */
            service: string;
            /**
             * @description off: it records nothing; away: it did not answer
             * @example recording
             * @enum {string}
             */
            state: "recording" | "off" | "away";
            /**
             * @description events that there was no room for, under load; of all orders
             * @example 0
             */
            dropped: number;
        };
        TimelineEvent: {
            /** @example goods */
            service: string;
            /**
             * @description the process: an instance, until it is started again
             * @example 4711-a1b2c3
             */
            process: string;
            /**
             * @description http: a request was answered. call, serve: a call between services, seen by the caller and by the callee. state: something changed. send, receive: a message, at its sender and at a consumer. duplicate: a message that came again and was swallowed. fault: broken on purpose. start: a process started
             * @example call
             * @enum {string}
             */
            kind: "http" | "call" | "serve" | "state" | "send" | "receive" | "duplicate" | "fault" | "start";
            /** @example goods.HoldStock */
            name: string;
            /**
             * Format: date-time
             * @example 2026-11-23T07:02:11.826Z
             */
            at: string;
            /**
             * @description ms since the first event
             * @example 12.345
             */
            offsetMs: number;
            /** @example 3.21 */
            durationMs: number | null;
            /**
             * @description why it went wrong; null when it went well
             * @example SHOP_SERVICE_TIMEOUT
             */
            failure: string | null;
            /**
             * @example {
             *       "quantity": 1
             *     }
             */
            details: Record<string, never>;
            /**
             * @description not recorded but read from the tables: the process died before it could write it down
             * @example false
             */
            fromTables: boolean;
        };
        OrderTimelineAnswer: {
            /**
             * Format: int64
             * @example 352537369385242624
             */
            orderId: string;
            sources: components["schemas"]["TimelineSource"][];
            events: components["schemas"]["TimelineEvent"][];
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
    loginLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
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
                        data: components["schemas"]["Login"];
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
            /** @description SHOP_TOKEN_INVALID: The access token is not valid; SHOP_LOGIN_FAILED: There is no such user with this password */
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
                        code: "SHOP_TOKEN_INVALID" | "SHOP_LOGIN_FAILED";
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
    goodsList: {
        parameters: {
            query?: {
                /** @description 20 when left out */
                limit?: number;
                /** @description goods after this one: the last goods id of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
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
                        data: components["schemas"]["GoodsOffer"][];
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
    goodsOne: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                goodsId: string;
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
                        data: components["schemas"]["GoodsOffer"];
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
            /** @description SHOP_GOODS_NO_EXIST: The goods do not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_GOODS_NO_EXIST";
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
    accountUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
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
                        data: components["schemas"]["Account"];
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
            /** @description SHOP_ACCESS_DENIED: Only the user, or an operator, may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 403;
                        /** @enum {string} */
                        code: "SHOP_ACCESS_DENIED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_USER_NO_EXIST: The user does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_USER_NO_EXIST";
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
    accountCoupons: {
        parameters: {
            query: {
                userId: string;
            };
            header?: never;
            path?: never;
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
                        data: components["schemas"]["UnusedCoupon"][];
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
            /** @description SHOP_ACCESS_DENIED: Only the user, or an operator, may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 403;
                        /** @enum {string} */
                        code: "SHOP_ACCESS_DENIED";
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
    orderConfirm: {
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
                "application/json": components["schemas"]["ConfirmOrderRequest"];
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
                        data: components["schemas"]["Order"];
                    };
                };
            };
            /** @description SHOP_REQUEST_PARAMETER_INVALID: The request is not valid; SHOP_MONEY_PAID_TOO_MUCH: The balance part is more than what is due; SHOP_ORDER_SHIPPINGFEE_INVALID: The shipping fee is not right; SHOP_ORDERAMOUNT_INVALID: The order amount is not price × quantity + shipping fee */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 400;
                        /** @enum {string} */
                        code: "SHOP_REQUEST_PARAMETER_INVALID" | "SHOP_MONEY_PAID_TOO_MUCH" | "SHOP_ORDER_SHIPPINGFEE_INVALID" | "SHOP_ORDERAMOUNT_INVALID";
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
            /** @description SHOP_ACCESS_DENIED: Only the user, or an operator, may do this; SHOP_COUPON_NOT_OWNED: The coupon belongs to somebody else */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 403;
                        /** @enum {string} */
                        code: "SHOP_ACCESS_DENIED" | "SHOP_COUPON_NOT_OWNED";
                    } & WithRequired<components["schemas"]["Problem"], "status" | "code">;
                };
            };
            /** @description SHOP_GOODS_NO_EXIST: The goods do not exist; SHOP_USER_NO_EXIST: The user does not exist; SHOP_COUPON_NO_EXIST: The coupon does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 404;
                        /** @enum {string} */
                        code: "SHOP_GOODS_NO_EXIST" | "SHOP_USER_NO_EXIST" | "SHOP_COUPON_NO_EXIST";
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
            /** @description SHOP_REQUEST_IN_PROGRESS: The request with this Idempotency-Key is still worked on; SHOP_GOODS_PRICE_INVALID: The goods price is not the current price; SHOP_GOODS_NUM_NOT_ENOUGH: There is not enough stock; SHOP_COUPON_ISUSED: The coupon is used already; SHOP_MONEY_PAID_INVALID: The balance does not cover the balance part; SHOP_ORDER_CANCELLED: The order is cancelled; SHOP_ORDER_CONFIRM_FAIL: The order could not be confirmed: it was cancelled in the meantime */
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
                        code: "SHOP_REQUEST_IN_PROGRESS" | "SHOP_GOODS_PRICE_INVALID" | "SHOP_GOODS_NUM_NOT_ENOUGH" | "SHOP_COUPON_ISUSED" | "SHOP_MONEY_PAID_INVALID" | "SHOP_ORDER_CANCELLED" | "SHOP_ORDER_CONFIRM_FAIL";
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
    orderCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndOrderBody"];
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
                        data: components["schemas"]["Order"];
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
            /** @description SHOP_ORDER_NOT_CONFIRMED: The order is not confirmed; SHOP_ORDER_STATUS_INVALID: The order cannot go from its present status to this one; SHOP_ORDER_PAY_STATUS_IS_PAY: The order is paid already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 409;
                        /** @enum {string} */
                        code: "SHOP_ORDER_NOT_CONFIRMED" | "SHOP_ORDER_STATUS_INVALID" | "SHOP_ORDER_PAY_STATUS_IS_PAY";
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
    orderRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EndOrderBody"];
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
                        data: components["schemas"]["Order"];
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
            /** @description SHOP_ORDER_NOT_CONFIRMED: The order is not confirmed; SHOP_ORDER_STATUS_INVALID: The order cannot go from its present status to this one; SHOP_ORDER_NOT_PAID: The order is not paid */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 409;
                        /** @enum {string} */
                        code: "SHOP_ORDER_NOT_CONFIRMED" | "SHOP_ORDER_STATUS_INVALID" | "SHOP_ORDER_NOT_PAID";
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
    orderOne: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
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
                        data: components["schemas"]["Order"];
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
    orderTimelineOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
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
                        data: components["schemas"]["OrderTimelineAnswer"];
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
    orderOfUser: {
        parameters: {
            query: {
                userId: string;
                /** @description 20 when left out */
                limit?: number;
                /** @description orders older than this one: the last order id of the page before */
                before?: string;
            };
            header?: never;
            path?: never;
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
                        data: components["schemas"]["Order"][];
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
            /** @description SHOP_ACCESS_DENIED: Only the user, or an operator, may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** @enum {integer} */
                        status: 403;
                        /** @enum {string} */
                        code: "SHOP_ACCESS_DENIED";
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
