import type { FastifyPluginAsync } from 'fastify';
import { parseCustomerAddress } from '../domain/customer-address.ts';
import { PAGE_HEADERS, page, paragraph } from '../gitlab/connect/pages.ts';

/** Where links to contacts and organizations lead a browser: it says how to see them, and tells nothing of them. */
export const customerPages: FastifyPluginAsync = async (app) => {
  app.get('/groups/*', async (request, reply) => {
    const place = parseCustomerAddress(`http://tieline${request.url}`, 'http://tieline');
    const shown =
      place === null
        ? page(404, 'There is nothing here', paragraph('Tieline is used from Slack and from GitLab.'))
        : page(
            200,
            'This is kept in Tieline',
            paragraph(`See it on Slack with /crm show ${place.reference} group=${place.group}`),
          );
    return reply.headers(PAGE_HEADERS).code(shown.status).send(shown.html);
  });
};
